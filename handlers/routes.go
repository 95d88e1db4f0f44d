package handlers

import (
	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/compress"
)

// routes is every address of the application. Deeper ones come first, so that a key that looks
// like a word of ours never shadows it.
func (a *app) routes(f *fiber.App) {
	f.Use(a.logRequests, a.secureHeaders, a.hold)
	f.Use(a.catchPanics())
	f.Use(compress.New(compress.Config{Level: compress.LevelBestSpeed, Next: a.precompressed}), a.refused)

	f.Get("/static/:file", a.assets.serve)
	f.Get("/healthz", a.health)
	f.Get("/readyz", a.ready)
	f.Get("/schema/card.json", a.schema)

	// Panics are caught inside the visit, too: a session that was born before one still gets its cookie.
	f.Use(a.refuseCrossSite, a.visit, a.catchPanics(), a.limitWrites)

	f.Get("/", a.start)
	f.Get("/cards", a.toStart)
	f.Post("/cards", a.createCard)
	f.Get("/cards/import", a.toStart)
	f.Post("/cards/import", a.importCard)

	f.Put("/cards/:id/sections/:key/title", a.renameSection)
	f.Put("/cards/:id/sections/:key/position", a.moveSection)
	f.Delete("/cards/:id/sections/:key/answers", a.clearSection)
	f.Post("/cards/:id/sections/:key/fields", a.addField)
	f.Get("/cards/:id/sections/:key/revs", a.sectionRevs)
	f.Post("/cards/:id/sections", a.addSection)
	f.Get("/cards/:id/sections/:key", a.showSection)
	f.Put("/cards/:id/sections/:key", a.saveSection)
	f.Delete("/cards/:id/sections/:key", a.deleteSection)

	f.Put("/cards/:id/fields/:key/question", a.renameField)
	f.Put("/cards/:id/fields/:key/position", a.moveField)
	f.Delete("/cards/:id/fields/:key/revisions", a.forgetField)
	f.Post("/cards/:id/fields/:key/preview", a.previewAnswer)
	f.Get("/cards/:id/fields/:key", a.showField)
	f.Put("/cards/:id/fields/:key", a.saveField)
	f.Delete("/cards/:id/fields/:key", a.deleteField)

	f.Delete("/cards/:id/answers", a.resetCard)
	f.Get("/cards/:id/import", a.showImport)
	f.Post("/cards/:id/import", a.importInto)
	f.Get("/cards/:id/artefact", a.showArtefact)
	f.Post("/cards/:id/artefact", a.readModelFile)
	f.Get("/cards/:id/original", a.original)
	f.Get("/cards/:id/files/:file/table", a.showTable)
	f.Post("/cards/:id/files/:file/table", a.fillTable)
	f.Post("/cards/:id/files", a.attach)
	f.Get("/cards/:id/files/:file", a.file)
	f.Put("/cards/:id/files/:file", a.changeAttachment)
	f.Delete("/cards/:id/files/:file", a.deleteFile)
	f.Post("/cards/:id/copies", a.copyCard)
	f.Put("/cards/:id/datasheets", a.useDatasheets)
	f.Post("/cards/:id/undeletion", a.undeleteCard)
	f.Get("/cards/:id/preview", a.preview)
	f.Get("/cards/:id/exports", a.exports)
	f.Get("/cards/:id/findings", a.findings)
	f.Get("/cards/:id/search", a.search)
	f.Get("/cards/:id/history", a.history)
	f.Post("/cards/:id/restorations", a.restore)
	f.Get("/cards/:id/revisions/:revision", a.earlierAnswer)
	f.Delete("/cards/:id/revisions/:revision", a.forgetRevision)

	f.Get("/cards/:id.:format", a.export)
	f.Get("/cards/:id", a.showCard)
	f.Put("/cards/:id", a.renameCard)
	f.Delete("/cards/:id", a.deleteCard)

	f.Get("/session", a.showSession)
	f.Put("/session", a.shareSession)
	f.Delete("/session", a.eraseSession)
	f.Get("/session.zip", a.takeAlong)
	f.Get("/session/handover", a.toSession)
	f.Post("/session/handover", a.handOver)
	f.Get("/session/arrival", a.showArrival)
	f.Post("/session/arrival", a.arrive)

	f.Get("/about", a.page("about"))
	f.Get("/privacy", a.page("privacy"))
	f.Get("/imprint", a.page("imprint"))
	f.Get("/contact", a.page("contact"))
}

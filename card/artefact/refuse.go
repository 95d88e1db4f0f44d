package artefact

import "bytes"

const pickled = "Reading a pickle runs the program in it, so Cardstock does not open one. Save the weights as safetensors, and choose that file, or the model’s config.json."

// refuse says of files that people have, and that are not read, why.
func refuse(data []byte) error {
	starts := func(magic string) bool { return bytes.HasPrefix(data, []byte(magic)) }
	switch {
	case len(data) == 0:
		return invalid("This file is empty. Choose another one.")
	case len(data) > 1 && data[0] == 0x80 && data[1] >= 2 && data[1] <= 5:
		return invalid("This is a pickle, as many .bin, .pt and .pkl files are. %s", pickled)
	case starts("PK\x03\x04") && bytes.Contains(data, []byte(".pkl")):
		return invalid("This is a PyTorch archive with a pickle inside, as .bin, .pt and .pth files are. %s", pickled)
	case starts("PK\x03\x04"):
		return invalid("This is a zip archive. If it holds a pickle, reading it would run a program; if it holds a model file, take that out and choose it. Cardstock reads %s.", Readable)
	case starts("\x89HDF\r\n"):
		return invalid("This is an HDF5 file, as older Keras models are, and it is not read. Cardstock reads %s.", Readable)
	case len(data) >= 8 && string(data[4:8]) == "TFL3":
		return invalid("This is a TensorFlow Lite file, and it is not read. Cardstock reads %s.", Readable)
	case starts("\x1f\x8b") || starts("\x28\xb5\x2f\xfd"):
		return invalid("This file is compressed. Unpack it and choose what is in it. Cardstock reads %s.", Readable)
	case starts("version https://git-lfs"):
		return invalid("This is the pointer that Git keeps in place of a large file, not the file. Fetch it with git lfs pull and choose it again.")
	}
	return nil
}

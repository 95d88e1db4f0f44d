package card

import (
	"errors"
	"fmt"
)

// Code says what sort of failure an Error is; handlers map it to a status.
type Code int

// The codes.
const (
	Invalid     Code = iota + 1 // the visitor can mend it: 422
	NotFound                    // no such thing in this session: 404
	Conflict                    // the answer was changed elsewhere meanwhile: 409
	TooLarge                    // over a limit of size: 413
	Full                        // no room to store it: 507
	OverQuota                   // more than one session can hold: 413
	Forbidden                   // a write from another site: 403
	Malformed                   // the request itself is broken: 400
	Unavailable                 // it cannot be stored or read just now: 503
)

// Error is a failure with a sentence for the visitor. Message is shown as it is, so
// it never holds an internal cause; Err may hold one, for the log only.
type Error struct {
	Code    Code
	Message string
	Field   string // key of the field it is about, if it is about one
	Err     error
}

func (e *Error) Error() string {
	if e.Err != nil {
		return e.Message + ": " + e.Err.Error()
	}
	return e.Message
}

func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an Error with a formatted sentence.
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// CodeOf returns the code of the first Error in err's chain, or 0.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return 0
}

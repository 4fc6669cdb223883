package catalog

// redactText is the default replace redactor. The redaction part of this package sets it when it is initialised; until
// then a text comes back as it was.
var redactText = func(text string) string { return text }

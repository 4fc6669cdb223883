package catalog
func ParseStack(text, language string) []StackBlock { return []StackBlock{{Frames: []Frame{}}} }

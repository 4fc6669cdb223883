package catalog

// Which frames of a stack make a group, and how each is written into it.

import (
	"slices"
	"strings"
)

// countedFrames are the frames that count, as module#function, nearest the throw first, each once: those of the
// application. Without one, the library frame nearest the throw, or the library frames that call each other endlessly:
// what a library calls on its way changes with its version. Never the runtime's own. class is the last segment.
func countedFrames(block *StackBlock, class string) []string {
	overflow := isOverflow(block, class)
	if app := pickFrames(block.Frames, OriginApp, overflow); len(app) > 0 {
		return app
	}
	library := pickFrames(block.Frames, OriginLibrary, overflow)
	if overflow {
		return library
	}
	return library[:min(len(library), 1)]
}

// isOverflow: errors of endless recursion: where it stopped is chance, what called itself is not.
func isOverflow(block *StackBlock, class string) bool {
	switch class {
	case "StackOverflowError", "RecursionError", "SystemStackError", "StackOverflowException", "InternalError":
		return true
	case "RangeError":
		return strings.HasPrefix(block.Message, "Maximum call stack")
	}
	return false
}

func pickFrames(frames []Frame, origin FrameOrigin, overflow bool) []string {
	var keys []string
	var counts []int
	for i := range frames {
		if frames[i].Origin != origin {
			continue
		}
		at := slices.IndexFunc(keys, func(key string) bool { return isKeyOf(key, &frames[i]) })
		if at >= 0 {
			counts[at]++
			continue
		}
		if keys == nil {
			keys, counts = make([]string, 0, LimitFingerprintFrames), make([]int, 0, LimitFingerprintFrames)
		}
		keys = append(keys, frames[i].Module+"#"+frames[i].Function)
		counts = append(counts, 1)
		if !overflow && len(keys) == LimitFingerprintFrames {
			break
		}
	}
	if !overflow {
		return keys
	}
	var repeated []string
	for i, key := range keys {
		if counts[i] > 1 {
			repeated = append(repeated, key)
		}
	}
	if len(repeated) > 0 {
		slices.SortFunc(repeated, CompareUTF8)
		keys = repeated
	}
	return keys[:min(len(keys), LimitFingerprintFrames)]
}

func isKeyOf(key string, one *Frame) bool {
	return len(key) == len(one.Module)+1+len(one.Function) && strings.HasPrefix(key, one.Module) &&
		key[len(one.Module)] == '#' && key[len(one.Module)+1:] == one.Function
}

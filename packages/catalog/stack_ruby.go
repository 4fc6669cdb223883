package catalog

// Ruby: full_message with its causes, plain backtraces, the quotes of 3.3 and 3.4.

import "strings"

func parseRuby(lines []string) []StackBlock {
	blocks := []StackBlock{openBlock(0)}
	var head []string
	for _, raw := range lines {
		line, from := strings.CutPrefix(trimSpace(raw), "from ")
		one, said, ok := rubyFrame(line)
		block := &blocks[len(blocks)-1]
		if !ok {
			if len(block.Frames) == 0 && len(blocks) == 1 {
				head = append(head, raw)
			}
			continue
		}
		if !from && said != "" {
			if len(block.Frames) > 0 {
				if len(blocks) > LimitCauses {
					break
				}
				blocks = append(blocks, openBlock(len(blocks)))
				block = &blocks[len(blocks)-1]
			}
			headOfRubyFrame(block, said)
		}
		block.add(one)
	}
	if first := &blocks[0]; first.Type == "" && first.Message == "" && len(head) > 0 {
		headOfRubyText(first, trimSpace(strings.Join(head, "\n")))
	}
	return blocks
}

// headOfRubyFrame reads "message (Class)" behind the first frame.
func headOfRubyFrame(block *StackBlock, text string) {
	if !strings.HasSuffix(text, ")") {
		block.Message = text
		return
	}
	if open := strings.LastIndex(text, " ("); open >= 0 {
		block.Type, block.Message = text[open+2:len(text)-1], text[:open]
	} else if strings.HasPrefix(text, "(") {
		block.Type = text[1 : len(text)-1]
	} else {
		block.Message = text
	}
}

// headOfRubyText reads "Class: message", or Rails' "Class (message):", above the frames.
func headOfRubyText(block *StackBlock, text string) {
	if open := strings.IndexByte(text, ' '); open > 0 && strings.HasPrefix(text[open:], " (") {
		if message, ok := strings.CutSuffix(text[open+2:], "):"); ok {
			block.Type, block.Message = text[:open], message
			return
		}
	}
	block.Type, block.Message = "", text
	if head, ok := readClassHead(text); ok {
		block.Type, block.Message = head.class, head.message
	}
}

// rubyFrame reads "path.rb:12:in 'Foo#bar': message (Class)", with or without what follows the path and line.
func rubyFrame(line string) (one Frame, said string, ok bool) {
	if longerThan(line, frameLine) {
		return Frame{}, "", false
	}
	var file, name string
	var number int
	if at := strings.Index(line, ":in "); at > 0 {
		file, number, name, said, ok = rubyCall(line, at)
	} else {
		file, number, name, said, ok = rubyListed(line)
	}
	if !ok {
		return Frame{}, "", false
	}
	origin, module := rubyOrigin(file)
	return newFrame(module, plainRubyMethod(name), file, number, origin), said, true
}

// rubyCall reads a line with ":in " at the place at.
func rubyCall(line string, at int) (file string, number int, name, said string, ok bool) {
	colon := strings.LastIndexByte(line[:at], ':')
	if colon <= 0 || !isDigit(line[colon+1]) {
		return "", 0, "", "", false
	}
	quoted := line[at+len(":in "):]
	if open := byteAt(quoted, 0); open != '\'' && open != '`' {
		return "", 0, "", "", false
	}
	name, rest, ok := strings.Cut(quoted[1:], "'")
	if after, found := strings.CutPrefix(rest, ": "); found {
		said = after
	}
	return line[:colon], numberAt(line, colon+1), name, said, ok
}

// rubyListed reads "lib/redis/client.rb:75 - rescue in read", as error services list a backtrace, and a place alone.
func rubyListed(line string) (file string, number int, name, said string, ok bool) {
	ending := strings.Index(line, ".rb:")
	if ending < 0 {
		return "", 0, "", "", false
	}
	file = line[:ending+3]
	number = numberAt(line, ending+4)
	if number == 0 || strings.Contains(file, " ") {
		return "", 0, "", "", false
	}
	if before, after, found := strings.Cut(line[ending+4:], " - "); found && !longerThan(before, 8) {
		name = after
	}
	_, said, _ = strings.Cut(line[ending+4:], ": ")
	return file, number, name, said, true
}

// plainRubyMethod: "block (2 levels) in Foo#bar" is bar; "<top (required)>" has no name.
func plainRubyMethod(name string) string {
	text := name
	if within := strings.LastIndex(text, " in "); within >= 0 {
		text = text[within+len(" in "):]
	}
	if strings.HasPrefix(text, "<") {
		return ""
	}
	hash := strings.LastIndexByte(text, '#')
	text = text[hash+1:]
	if strings.HasPrefix(text, "_") {
		return plainView(text)
	}
	if hash >= 0 {
		return text
	}
	if dot := strings.LastIndexByte(text, '.'); dot > 0 && dot+1 < len(text) {
		return text[dot+1:]
	}
	return text
}

// plainView: Rails compiles a view to _app_views_orders_show_html_erb___123456789_7020; hash and object id move.
func plainView(name string) string {
	end := strings.TrimRight(name, "0123456789")
	rest, marked := strings.CutSuffix(end, "_")
	start := strings.TrimRight(rest, "0123456789")
	if !marked || end == name || start == rest || !strings.HasSuffix(start, "__") {
		return name
	}
	return start
}

func rubyOrigin(file string) (FrameOrigin, string) {
	if strings.HasPrefix(file, "<internal:") || strings.HasPrefix(file, "(") {
		return OriginRuntime, file
	}
	path := cleanPath(file)
	if gems := strings.LastIndex(path, "/gems/"); gems >= 0 {
		return OriginLibrary, libraryModule(path[gems+len("/gems/"):])
	}
	if _, inside, ok := strings.Cut(path, "/lib/ruby/"); ok {
		return OriginRuntime, inside
	}
	return OriginApp, appModule(path)
}

func looksLikeRuby(lines []string) bool {
	for _, line := range lines {
		at := strings.Index(line, ":in ")
		if quote := byteAt(line, at+4); at > 0 && (quote == '`' || quote == '\'') && isDigit(line[at-1]) {
			return true
		}
		if ending := strings.Index(line, ".rb:"); ending > 0 && strings.Contains(line[ending:], " - ") {
			if _, _, ok := rubyFrame(trimSpace(line)); ok {
				return true
			}
		}
	}
	return false
}

package catalog

// From a file path in a stack to a module name that survives deploys: no drive, host, deploy or release folder, build
// hash, version or extension. For languages whose frames name files; Java, Go and .NET name packages instead.

import "strings"

var (
	// projectParents are folders that hold one project each: the folder after them is a deploy's own name.
	projectParents = words(`srv opt mnt media data workspaces builds projects project repos sites www htdocs wwwroot
inetpub work dev git code Code Projects Documents Desktop deploy deployments apps.d`)
	// projectRoots are first folders that are the deployed project themselves.
	projectRoots = words("app workspace repo code src build function layers root bitnami application")
	// sourceRoots are folders that only say where sources or build output begin.
	sourceRoots = words("src dist build out lib target bin public compiled output .next esm cjs")
	// releaseFolders: the folder after them is one release.
	releaseFolders = words("releases versions revisions")
	// temporaryFolders: the folder after them is made for one run. T is what macOS calls it.
	temporaryFolders = words("tmp temp Temp T")
	// partParents are folders of a monorepo: the folder after them names a part of the product.
	partParents = words("packages apps services modules libs functions")
)

// cleanPath turns "\" into "/" and takes off drive, scheme, host, query and fragment.
func cleanPath(file string) string {
	path := file
	if strings.Contains(path, `\`) {
		path = strings.ReplaceAll(path, `\`, "/")
	}
	if scheme := strings.Index(path, "://"); scheme > 0 {
		path = path[scheme+3:]
		// After "file://" and "webpack-internal:///" the host is empty; a real host is dropped, with its port.
		if slash := strings.IndexByte(path, '/'); slash >= 0 {
			path = path[slash:]
		}
		path, _, _ = strings.Cut(path, "?")
		path, _, _ = strings.Cut(path, "#")
	}
	if len(path) > 2 && path[0] == '/' && isLetter(path[1]) && path[2] == ':' {
		path = path[1:]
	}
	if len(path) > 1 && isLetter(path[0]) && path[1] == ':' {
		path = path[2:]
	}
	return path
}

// appModule is the module of an application's file: at most its folder and its name. path comes from cleanPath.
func appModule(path string) string {
	var room [24]string
	segments := room[:0]
	for segment := range strings.SplitSeq(path, "/") {
		if segment != "" && segment != "." && segment != ".." {
			segments = append(segments, segment)
		}
	}
	if len(segments) == 0 {
		return ""
	}
	name := segments[len(segments)-1]
	segments = segments[:len(segments)-1]
	start := 0
	if strings.HasPrefix(path, "/") {
		start = deployEnd(segments)
	}
	folder, part := "", ""
	for i := start; i < len(segments); i++ {
		if in(partParents, segments[i]) && i+1 < len(segments) {
			part = segments[i+1]
		}
		folder = segments[i]
		if in(sourceRoots, folder) || isGenerated(folder) {
			folder = ""
		}
	}
	if folder == "" {
		folder = part
	}
	if folder == "" {
		return fileStem(name)
	}
	return folder + "/" + fileStem(name)
}

// libraryModule is the module of a library's file: path is relative to the folder that holds libraries. Versions and
// hashes go.
func libraryModule(path string) string {
	var room [24]string
	segments := room[:0]
	for segment := range strings.SplitSeq(path, "/") {
		if segment != "" && segment != "." {
			segments = append(segments, segment)
		}
	}
	if len(segments) == 0 {
		return ""
	}
	last := len(segments) - 1
	kept := segments[:0]
	for _, segment := range segments[:last] {
		if plain := withoutVersion(segment); plain != "" && !isGenerated(plain) {
			kept = append(kept, plain)
		}
	}
	// What is kept is never longer than what was read: the name is still in its place.
	kept = append(kept, fileStem(segments[last]))
	return strings.Join(kept[:min(len(kept), 8)], "/")
}

// deployEnd is the number of leading folders that belong to the machine and the deploy, not to the project.
func deployEnd(segments []string) int {
	if len(segments) == 0 {
		return 0
	}
	end, person := machineEnd(segments)
	// The project folder under a person's home, or under a folder that holds projects.
	projectNext := person && end == 2
	for end < len(segments) && in(projectParents, segments[end]) {
		end++
		projectNext = true
	}
	if projectNext && end < len(segments) && !in(sourceRoots, segments[end]) && !in(partParents, segments[end]) {
		end++
	}
	// Release folders: "releases/<id>", "current", and anything that looks made by a machine.
	for i, segment := range segments {
		switch {
		case in(releaseFolders, segment) || (i < 6 && in(temporaryFolders, segment)):
			end = max(end, i+2)
		case segment == "current" || segment == "latest" || isGenerated(segment):
			end = max(end, i+1)
		}
	}
	return min(end, len(segments))
}

// machineEnd is the number of leading folders that are the machine's own, and whether they are a person's home.
func machineEnd(segments []string) (end int, person bool) {
	second, third := "", ""
	if len(segments) > 1 {
		second = segments[1]
	}
	if len(segments) > 2 {
		third = segments[2]
	}
	switch first := segments[0]; {
	case first == "home" || first == "Users":
		if second == "runner" && third == "work" {
			return 5, true
		}
		return 2, true
	case first == "private" || first == "var":
		if second == "task" {
			return 2, false
		}
		return 1, false
	case first == "usr":
		if second == "src" || second == "local" || second == "share" {
			return 3, false
		}
		return 1, false
	case first == "github":
		return 2, false
	case first == "__w" || (first == "a" && third == "s"):
		return 3, false
	case in(projectRoots, first):
		return 1, false
	}
	return 0, false
}

// bundleEndings are what bundlers put behind a name, in the order in which they go.
var bundleEndings = [...]string{".min", ".chunk", ".bundle"}

// fileStem is a file's name without extension and build hash: main.4f2a91c0.js is main, index-D3xY_9aQ.js is index.
func fileStem(name string) string {
	stem := name
	if dot := strings.LastIndexByte(stem, '.'); dot > 0 && !longerThan(stem[dot:], 6) {
		stem = stem[:dot]
	}
	for _, ending := range bundleEndings {
		stem = strings.TrimSuffix(stem, ending)
	}
	if isURLHash(stem) {
		stem = stem[:len(stem)-9]
	}
	// Names with more hashes than this are not a bundler's.
	for range 4 {
		cut := strings.LastIndexAny(stem, ".-_")
		if cut <= 0 || !isBuildHash(stem[cut+1:]) {
			break
		}
		stem = stem[:cut]
	}
	if isBuildHash(stem) {
		return "<hash>"
	}
	return stem
}

// withoutVersion: pg_rls-1.0.1 is pg_rls, tokio@1.2.3 is tokio, redis/v9 keeps its last word.
func withoutVersion(segment string) string {
	lastDot := strings.LastIndexByte(segment, '.')
	for i := 1; i < len(segment); i++ {
		if segment[i] == '@' || (segment[i] == '-' && isDigit(byteAt(segment, i+1)) && lastDot > i) {
			return segment[:i]
		}
	}
	return segment
}

// isGenerated is true for folders a deploy or a build makes up: dates, build numbers, hashes, UUIDs, v1.2.3.
func isGenerated(segment string) bool {
	digits, letters, hex := 0, 0, 0
	for i := range len(segment) {
		switch c := segment[i]; {
		case isDigit(c):
			digits++
		case isHexLetter(c):
			letters++
			hex++
		case isLetter(c):
			letters++
		}
	}
	switch {
	case digits == 0:
		return strings.HasPrefix(segment, "[REDACTED") || strings.HasPrefix(segment, "[PSEUDONYM")
	case letters == 0:
		return true
	// Symfony names the folder of its compiled container by a hash.
	case len(segment) == 16 && digits+letters == 16 && strings.HasPrefix(segment, "Container"):
		return true
	// v1 and v2 of an interface are two things; v1.4.2 and r20240311 are releases.
	case letters == 1 && digits > 2 && (segment[0] == 'v' || segment[0] == 'r'):
		return true
	case letters == hex && digits+letters >= 7:
		return true
	}
	// build-4411, release-20240311, myapp-1.4.2: a word and then mostly digits.
	dash := strings.LastIndexAny(segment, "-_")
	return dash > 0 && digits >= 2 && onlyDigitsAndDots(segment[dash+1:])
}

func onlyDigitsAndDots(text string) bool {
	for i := range len(text) {
		if !isDigit(text[i]) && text[i] != '.' {
			return false
		}
	}
	return text != ""
}

// isBuildHash: hex of 6 or more with a digit, or 8 to 22 base64url characters that no word looks like; a bare chunk
// number.
func isBuildHash(part string) bool {
	digits, upper, hex := 0, 0, 0
	for i := range len(part) {
		c := part[i]
		switch {
		case isDigit(c):
			digits++
		case isUpper(c):
			upper++
		case !isLower(c):
			return false
		}
		if isDigit(c) || isHexLetter(c) {
			hex++
		}
	}
	length := len(part)
	switch {
	case length == 0:
		return false
	case digits == length:
		return true
	case hex == length && digits > 0 && length >= 6:
		return true
	case length < 8 || length > 22:
		return false
	}
	return (digits >= 2 && digits < length-1 && upper > 0) || (length == 8 && upper >= 3 && upper < 8)
}

// isURLHash: Cart-Cq8_z7Wp ends in eight base64url characters, of which "_" or "-" is one, two are capitals, one a digit.
func isURLHash(stem string) bool {
	from := len(stem) - 8
	if from < 2 || (stem[from-1] != '-' && stem[from-1] != '.') {
		return false
	}
	digits, upper, marks := 0, 0, 0
	for _, c := range []byte(stem[from:]) {
		switch {
		case isDigit(c):
			digits++
		case isUpper(c):
			upper++
		case c == '-' || c == '_':
			marks++
		case !isLower(c):
			return false
		}
	}
	return digits > 0 && upper > 1 && marks > 0
}

// afterFolder is where the content of the last folder (written with its slash) begins, if it is a whole segment; else
// -1.
func afterFolder(path, folder string) int {
	at := strings.LastIndex(path, folder)
	if at < 0 || (at > 0 && path[at-1] != '/') {
		return -1
	}
	return at + len(folder)
}

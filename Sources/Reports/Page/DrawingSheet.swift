import Drawing

/// The drawings of one page, which share their glyphs, their styles and what does not change between steps.
///
/// Cairo writes every glyph of every size into every file. Here each stands once in the page; so does each style, as a class
/// whose colours follow the reader's setting, and each element that several drawings have.
struct DrawingSheet {
    let colors: ThemeColors
    private var glyphs = Numbering()
    /// The glyph of each path as Cairo wrote it.
    private var knownPaths: [ArraySlice<UInt8>: Int] = [:]
    private var styles = Numbering()
    private var elements = Numbering()
    /// What each tag became, but for glyphs, whose names every file has of its own.
    private var knownTags: [ArraySlice<UInt8>: [UInt8]] = [:]

    init(theme: Theme) { colors = ThemeColors(theme) }

    /// A drawing taken apart: its root, and its elements by their numbers.
    struct Sheet {
        var opening: String
        var elements: [Int]
    }

    /// Texts in the order in which they came.
    private struct Numbering {
        var texts: [String] = []
        private var numbers: [String: Int] = [:]

        mutating func number(of text: String) -> Int {
            if let known = numbers[text] { return known }
            numbers[text] = texts.count
            texts.append(text)
            return texts.count - 1
        }
    }

    /// Takes a drawing apart and keeps its glyphs and styles.
    mutating func add(_ svg: String) -> Sheet {
        var lines = Array(svg.utf8).split(separator: UInt8(ascii: "\n"))[...]
        var names: [ArraySlice<UInt8>: Int] = [:]
        var sheet = Sheet(opening: "", elements: [])
        var open: [UInt8] = []
        var depth = 0
        var isInDefinitions = false
        func add(_ element: [UInt8]) { sheet.elements.append(elements.number(of: String(decoding: element, as: UTF8.self))) }
        while let line = lines.popFirst() {
            let tag = line.drop { $0 == UInt8(ascii: " ") }
            if tag.begins("<use ") {
                open += use(tag, names)
                if depth == 0 {
                    add(open)
                    open = []
                }
            } else if tag.begins("<svg") {
                sheet.opening = Self.opening(tag)
            } else if tag.begins("<title") || tag.begins("<desc") {
                sheet.opening += String(decoding: tag, as: UTF8.self) + Self.rest(of: tag, &lines)
            } else if tag.begins("<metadata") {
                _ = Self.rest(of: tag, &lines)
            } else if tag.begins("<defs>") {
                isInDefinitions = true
            } else if tag.begins("</defs>") {
                isInDefinitions = false
            } else if tag.begins("</svg>") {
                break
            } else if isInDefinitions, tag.begins("<symbol") || tag.begins("<g id"), let id = tag.value(of: "id") {
                var path: ArraySlice<UInt8> = []
                while let next = lines.popFirst() {
                    let inner = next.drop { $0 == UInt8(ascii: " ") }
                    if inner.begins("</symbol>") || inner.begins("</g>") { break }
                    if let d = inner.value(of: "d") { path += d }
                }
                names[id] = glyph(path)
            } else if isInDefinitions, tag.elementsEqual("<g>".utf8) || tag.elementsEqual("</g>".utf8) {
                continue
            } else if depth == 0, tag.begins("</") || (tag.begins("<g id=") && !tag.ends("/>")) {
                // The group that Cairo puts around everything.
                continue
            } else {
                open += written(tag)
                let closes = tag.begins("</")
                if !tag.ends("/>"), !closes { depth += 1 }
                if closes { depth -= 1 }
                if depth <= 0 {
                    add(open)
                    open = []
                    depth = 0
                }
            }
        }
        if !open.isEmpty { add(open) }
        return sheet
    }

    /// The whole: the shared definitions, the styles, and the drawings that use them.
    func finished(_ sheets: [Sheet]) -> (definitions: [[String: Any]], styles: [[String: Any]], pictures: [String]) {
        var counts = [Int](repeating: 0, count: elements.texts.count)
        for sheet in sheets { for element in Set(sheet.elements) { counts[element] += 1 } }
        var definitions: [[String: Any]] = glyphs.texts.enumerated().map { ["id": "g\($0)", "path": $1] }
        var shared: [Int: Int] = [:]
        for (element, text) in elements.texts.enumerated() where counts[element] > 1 && text.utf8.count > 40 && !text.contains(" id=") {
            definitions.append(["id": "e\(shared.count)", "element": text])
            shared[element] = shared.count
        }
        let pictures = sheets.map { sheet in
            let body = sheet.elements.map { element in shared[element].map { "<use href=\"#e\($0)\"/>" } ?? elements.texts[element] }
            return "\(sheet.opening)\(body.joined())</svg>"
        }
        return (definitions, styles.texts.enumerated().map { ["class": "s\($0)", "style": $1] }, pictures)
    }
}

extension DrawingSheet {
    private mutating func glyph(_ path: ArraySlice<UInt8>) -> Int {
        if let known = knownPaths[path] { return known }
        let number = glyphs.number(of: String(decoding: path.roundedNumbers(decimals: 2), as: UTF8.self))
        knownPaths[path] = number
        return number
    }

    /// A glyph at its place.
    private func use(_ tag: ArraySlice<UInt8>, _ names: [ArraySlice<UInt8>: Int]) -> [UInt8] {
        var number: Int?
        var place: [UInt8] = []
        for (name, value) in tag.attributes {
            if name.ends("href") { number = names[value.dropFirst()] }
            guard name.elementsEqual("x".utf8) || name.elementsEqual("y".utf8) else { continue }
            place.append(UInt8(ascii: " "))
            place += name
            place += "=\"".utf8
            place += value.roundedNumbers(decimals: 2)
            place.append(UInt8(ascii: "\""))
        }
        guard let number else { return Array(tag) }
        return Array("<use href=\"#g\(number)\"".utf8) + place + Array("/>".utf8)
    }

    /// A tag with a class for its style, and no more decimals than a screen shows.
    private mutating func written(_ tag: ArraySlice<UInt8>) -> [UInt8] {
        guard tag.begins("<"), !tag.begins("</"),
            let end = tag.firstIndex(where: { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: ">") || $0 == UInt8(ascii: "/") })
        else { return Array(tag) }
        if let known = knownTags[tag] { return known }
        var style = ""
        var kept = String(decoding: tag[..<end], as: UTF8.self)
        for (name, bytes) in tag[end...].attributes {
            let (name, value) = (String(decoding: name, as: UTF8.self), String(decoding: bytes, as: UTF8.self))
            switch name {
            case "style": style += value
            case _ where Self.presentation.contains(name): style += "\(name):\(value);"
            case "d", "x", "y", "width", "height":
                kept += " \(name)=\"\(String(decoding: bytes.roundedNumbers(decimals: 2), as: UTF8.self))\""
            case "xmlns:xlink": continue
            default: kept += " \(name)=\"\(value)\""
            }
        }
        if !style.isEmpty { kept += " class=\"s\(styles.number(of: colors.replacing(in: style.roundedLengths)))\"" }
        let written = Array((kept + (tag.ends("/>") ? "/>" : ">")).utf8)
        knownTags[tag] = written
        return written
    }

    private static let presentation: Set<String> = [
        "fill", "fill-rule", "fill-opacity", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin",
        "stroke-opacity", "stroke-miterlimit", "stroke-dasharray", "stroke-dashoffset",
    ]

    /// The root tag with a size that follows the page's column.
    private static func opening(_ tag: ArraySlice<UInt8>) -> String {
        var text = "<svg"
        for (name, value) in tag.prefix(while: { $0 != UInt8(ascii: ">") }).attributes {
            let name = String(decoding: name, as: UTF8.self)
            guard ["role", "aria-labelledby", "aria-describedby", "viewBox"].contains(name) else { continue }
            text += " \(name)=\"\(String(decoding: value, as: UTF8.self))\""
        }
        return text + ">"
    }

    /// The lines of an element that goes on.
    private static func rest(of first: ArraySlice<UInt8>, _ lines: inout ArraySlice<ArraySlice<UInt8>>) -> String {
        let name = first.dropFirst().prefix { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: ">") }
        let closing = "</\(String(decoding: name, as: UTF8.self))>"
        var text = ""
        var last = String(decoding: first, as: UTF8.self)
        while !last.contains(closing), let next = lines.popFirst() {
            last = String(decoding: next, as: UTF8.self)
            text += "\n" + last
        }
        return text
    }
}

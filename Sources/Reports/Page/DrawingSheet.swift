import Drawing

/// The drawings of one page, which share their glyphs, their styles and what does not change between steps.
///
/// Cairo writes every glyph of every size into every file. Here each stands once in the page; so does each style, as a class
/// whose colours follow the reader's setting, and each element that several drawings have.
struct DrawingSheet {
    private let colors: ThemeColors
    private var glyphs: [String: Int] = [:]
    private var glyphOrder: [String] = []
    private var styles: [String: Int] = [:]
    private var styleOrder: [String] = []

    init(theme: Theme) { colors = ThemeColors(theme) }

    /// A drawing taken apart.
    struct Sheet {
        var opening: String
        var elements: [String]
    }

    /// Takes a drawing apart and keeps its glyphs and styles.
    mutating func add(_ svg: String) -> Sheet {
        var lines = svg.split(separator: "\n", omittingEmptySubsequences: true)[...]
        var names: [Substring: Int] = [:]
        var opening = ""
        var elements: [String] = []
        var open: [String] = []
        var depth = 0
        var isInDefinitions = false
        while let line = lines.popFirst() {
            let trimmed = line.drop { $0 == " " }
            if trimmed.hasPrefix("<svg") {
                opening = Self.opening(String(trimmed))
            } else if trimmed.hasPrefix("<title") || trimmed.hasPrefix("<desc") {
                opening += String(trimmed) + Self.rest(of: trimmed, &lines)
            } else if trimmed.hasPrefix("<metadata") {
                _ = Self.rest(of: trimmed, &lines)
            } else if trimmed.hasPrefix("<defs>") {
                isInDefinitions = true
            } else if trimmed.hasPrefix("</defs>") {
                isInDefinitions = false
            } else if trimmed.hasPrefix("</svg>") {
                break
            } else if isInDefinitions, let id = trimmed.value(of: "id"), trimmed.hasPrefix("<symbol") || trimmed.hasPrefix("<g id") {
                var path = ""
                while let next = lines.popFirst() {
                    let inner = next.drop { $0 == " " }
                    if inner.hasPrefix("</symbol>") || inner.hasPrefix("</g>") { break }
                    if let d = inner.value(of: "d") { path += d.roundedNumbers(decimals: 2) }
                }
                names[id] = glyph(path)
            } else if isInDefinitions, trimmed == "<g>" || trimmed == "</g>" {
                continue
            } else if depth == 0, trimmed.hasPrefix("</") || (trimmed.hasPrefix("<g id=") && !trimmed.hasSuffix("/>")) {
                // The group that Cairo puts around everything.
                continue
            } else {
                let text = written(trimmed, names)
                let closes = trimmed.hasPrefix("</")
                let isWhole = trimmed.hasSuffix("/>") || closes
                if !isWhole { depth += 1 }
                open.append(text)
                if closes { depth -= 1 }
                if depth <= 0 {
                    elements.append(open.joined())
                    open = []
                    depth = 0
                }
            }
        }
        if !open.isEmpty { elements.append(open.joined()) }
        return Sheet(opening: opening, elements: elements)
    }

    /// The whole: the shared definitions, the styles, and the drawings that use them.
    func finished(_ sheets: [Sheet]) -> (definitions: String, style: String, pictures: [String]) {
        var counts: [String: Int] = [:]
        for sheet in sheets { for element in Set(sheet.elements) { counts[element, default: 0] += 1 } }
        var shared: [String: Int] = [:]
        var definitions = ""
        for (index, path) in glyphOrder.enumerated() { definitions += "<path id=\"g\(index)\" d=\"\(path)\"/>" }
        let pictures = sheets.map { sheet in
            var body = ""
            for element in sheet.elements {
                guard element.utf8.count > 40, counts[element, default: 0] > 1, !element.contains(" id=") else {
                    body += element
                    continue
                }
                let number: Int
                if let known = shared[element] {
                    number = known
                } else {
                    number = shared.count
                    shared[element] = number
                    definitions += "<g id=\"e\(number)\">\(element)</g>"
                }
                body += "<use href=\"#e\(number)\"/>"
            }
            return "\(sheet.opening)\(body)</svg>"
        }
        let rules = styleOrder.enumerated().map { ".s\($0){\($1)}" }.joined(separator: "\n")
        return (definitions, "\n" + colors.rules + "\n" + rules + "\n", pictures)
    }
}

extension DrawingSheet {
    private mutating func glyph(_ path: String) -> Int {
        if let known = glyphs[path] { return known }
        glyphs[path] = glyphOrder.count
        glyphOrder.append(path)
        return glyphOrder.count - 1
    }

    private mutating func style(_ text: String) -> Int {
        if let known = styles[text] { return known }
        styles[text] = styleOrder.count
        styleOrder.append(text)
        return styleOrder.count - 1
    }

    /// A tag with shared glyphs, a class for its style, and no more decimals than a screen shows.
    private mutating func written(_ tag: Substring, _ names: [Substring: Int]) -> String {
        if tag.hasPrefix("<use "), let reference = tag.value(of: "xlink:href") ?? tag.value(of: "href"),
            let number = names[reference.dropFirst()], let x = tag.value(of: "x"), let y = tag.value(of: "y")
        {
            return "<use href=\"#g\(number)\" x=\"\(x.roundedNumbers(decimals: 2))\" y=\"\(y.roundedNumbers(decimals: 2))\"/>"
        }
        guard tag.hasPrefix("<"), !tag.hasPrefix("</"), let end = tag.firstIndex(where: { $0 == " " || $0 == ">" || $0 == "/" }) else {
            return String(tag)
        }
        var style = ""
        var kept = String(tag[..<end])
        for (name, value) in tag[end...].attributes {
            switch name {
            case "style": style += value
            case _ where Self.presentation.contains(name): style += "\(name):\(value);"
            case "d", "x", "y", "width", "height": kept += " \(name)=\"\(value.roundedNumbers(decimals: 2))\""
            case "xmlns:xlink": continue
            default: kept += " \(name)=\"\(value)\""
            }
        }
        if !style.isEmpty { kept += " class=\"s\(self.style(colors.replacing(in: style.roundedLengths)))\"" }
        return kept + (tag.hasSuffix("/>") ? "/>" : ">")
    }

    private static let presentation: Set<Substring> = [
        "fill", "fill-rule", "fill-opacity", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin",
        "stroke-opacity", "stroke-miterlimit", "stroke-dasharray", "stroke-dashoffset",
    ]

    /// The root tag with a size that follows the page's column.
    private static func opening(_ tag: String) -> String {
        var text = "<svg"
        let line = tag.prefix { $0 != ">" }
        for (name, value) in line.dropFirst(4).attributes
        where ["role", "aria-labelledby", "aria-describedby", "viewBox"].contains(name) { text += " \(name)=\"\(value)\"" }
        return text + ">"
    }

    /// The lines of an element that goes on.
    private static func rest(of first: Substring, _ lines: inout ArraySlice<Substring>) -> String {
        guard let name = first.dropFirst().split(whereSeparator: { $0 == " " || $0 == ">" }).first else { return "" }
        var text = ""
        var last = first
        while !last.contains("</\(name)>"), let next = lines.popFirst() {
            text += "\n" + next
            last = next
        }
        return text
    }
}

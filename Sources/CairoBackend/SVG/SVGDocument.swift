import Drawing
import Escaping

/// An SVG that screen readers can read and that can share a page with others: its ids begin with a prefix made from the picture's content.
///
/// We don't use Cairo's SVG, which repeats every glyph for every size, writes six decimals, and has the same ids in every file.
struct SVGDocument {
    /// From `<svg` to `</svg>`, with a placeholder for the checksum.
    private let content: [UInt8]

    /// The element alone, with the checksum of a file that consists of it.
    var element: [UInt8] { Self.checked(content) }

    var document: [UInt8] { Self.checked(Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".utf8) + content + [UInt8(ascii: "\n")]) }

    private static func checked(_ file: [UInt8]) -> [UInt8] { FileChecksum.written(into: file, at: LessonInSVG.checksumPlace(in: file)) }

    /// - Parameter elements: the picture's elements in drawing order, the background first.
    init(_ elements: [SVGElement], of picture: Picture) {
        let digest = picture.digest
        let prefix = picture.idPrefix(digest)
        var names = SVGNames(prefix: prefix)
        var ids = SVGGroupIDs(prefix: prefix)
        let theme = Theme.named(picture.look.theme)
        var paints: [SVGPaint: [UInt8]] = [:]
        var sheet = picture.look.theme.darkScreen.map { SVGStyleSheet(prefix: prefix, light: theme, dark: $0) }
        func attributes(_ paint: SVGPaint) -> [UInt8] {
            if let known = paints[paint] { return known }
            var text = paint.properties { theme.color(of: $0).hexadecimal }.map { " \($0.name)=\"\($0.value)\"" }.joined()
            if let name = sheet?.className(of: paint) { text += " class=\"\(name)\"" }
            let attributes = Array(text.utf8)
            paints[paint] = attributes
            return attributes
        }
        var body: [UInt8] = []
        for element in elements {
            element.append(to: &body) { filling, body in
                switch filling {
                case .text(let text):
                    text.append(to: &body, attributes: attributes(.fill(text.color)), reference: "xlink:href") {
                        names.name(of: .glyph($0))
                    }
                case .group(let group, let holdsGroups):
                    body += " id=\"\(ids.id(of: group))\"\(group.svgAttributes(holdsGroups: holdsGroups))>\(group.svgTitle)".utf8
                case .clip(let rect): body += " clip-path=\"url(#\(names.name(of: .clip(rect))))\"".utf8
                case .paint(let paint): body += attributes(paint)
                }
            }
            body.append(UInt8(ascii: "\n"))
        }
        var text = Array("<svg\(sheet == nil ? "" : " id=\"\(prefix)figure\"") \(picture.svgRole) \(Picture.svgLabels(prefix)) ".utf8)
        text += "xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" ".utf8
        text += "width=\"\(picture.size.width.inSVG)pt\" height=\"\(picture.size.height.inSVG)pt\" ".utf8
        // Because text is measured without kerning and ligatures.
        if picture.look.writesText {
            text += "style=\"font-kerning:none;font-variant-ligatures:none\" ".utf8
        }
        text += "\(picture.svgBox) version=\"1.1\">\n".utf8
        text += "\(picture.svgTexts(prefix))\n\(LessonInSVG.metadata(of: picture, digest: digest))\n".utf8
        if let sheet { text += "<style>\n\(sheet.text)</style>\n".utf8 }
        if !names.isEmpty { text += "<defs>\n\(names.definitions)</defs>\n".utf8 }
        content = text + body + Array("</svg>".utf8)
    }
}

/// The definitions of a file, with an id for each, numbered in order of first use.
struct SVGNames {
    enum Definition: Hashable {
        case glyph(GlyphOutline)
        case clip(Rect)
    }

    let prefix: String
    private var named: [Definition] = []
    private var numbers: [Definition: Int] = [:]

    init(prefix: String) { self.prefix = prefix }

    var isEmpty: Bool { named.isEmpty }

    mutating func name(of definition: Definition) -> String {
        if let known = numbers[definition] { return "\(prefix)\(known)" }
        numbers[definition] = named.count
        named.append(definition)
        return "\(prefix)\(named.count - 1)"
    }

    /// The definitions, one per line.
    var definitions: String {
        var text = ""
        for (number, definition) in named.enumerated() {
            switch definition {
            case .glyph(let outline):
                var path: [UInt8] = []
                outline.append(to: &path)
                text += "<path id=\"\(prefix)\(number)\" d=\"\(String(decoding: path, as: UTF8.self))\"/>\n"
            case .clip(let rect):
                text += "<clipPath id=\"\(prefix)\(number)\"><rect x=\"\(rect.x.inSVG)\" y=\"\(rect.y.inSVG)\" "
                text += "width=\"\(rect.width.inSVG)\" height=\"\(rect.height.inSVG)\"/></clipPath>\n"
            }
        }
        return text
    }
}

/// How a shape is painted.
enum SVGPaint: Hashable, Sendable {
    case fill(Paint)
    case stroke(Stroke)

    /// The properties, whose names are the same in SVG and in CSS.
    /// - Parameter write: gives the text for a paint's colour without its opacity.
    func properties(_ write: (Paint) -> String) -> [(name: String, value: String)] {
        switch self {
        case .fill(let paint):
            var properties: [(name: String, value: String)] = [("fill", write(paint))]
            if paint.opacity < 1 { properties.append(("fill-opacity", paint.opacity.inSVG)) }
            return properties
        case .stroke(let stroke):
            var properties: [(name: String, value: String)] = [
                ("fill", "none"), ("stroke", write(stroke.color)), ("stroke-width", stroke.width.inSVG),
            ]
            if stroke.color.opacity < 1 { properties.append(("stroke-opacity", stroke.color.opacity.inSVG)) }
            if !stroke.dash.isEmpty { properties.append(("stroke-dasharray", stroke.dash.map(\.inSVG).joined(separator: ","))) }
            switch stroke.cap {
            case .butt: break
            case .round: properties.append(("stroke-linecap", "round"))
            case .square: properties.append(("stroke-linecap", "square"))
            }
            switch stroke.join {
            // Cairo's miter limit.
            case .miter: properties.append(("stroke-miterlimit", "10"))
            case .round: properties.append(("stroke-linejoin", "round"))
            case .bevel: properties.append(("stroke-linejoin", "bevel"))
            }
            return properties
        }
    }
}

extension Double {
    /// With at most three decimals.
    var inSVG: String {
        var text: [UInt8] = []
        text.append(self, decimals: 3)
        return String(decoding: text, as: UTF8.self)
    }
}

extension Picture {
    /// A prefix for ids: a letter, ten hexadecimal digits that depend on the drawing and its texts, and a dash: "b3f09…-".
    func idPrefix(_ digest: String) -> String {
        var hash = Fingerprint()
        hash.mix(digest)
        hash.mix(title)
        hash.mix(alternative)
        hash.mix(description)
        hash.mix(source ?? "")
        for group in content.groups { hash.mix(group.title) }
        return "b\(hash.hexadecimal.prefix(10))-"
    }

    /// The alternative text, followed by the longer description.
    var longDescription: String { [alternative, description].filter { !$0.isEmpty }.joined(separator: "\n\n") }

    /// The attributes with which an `svg` element refers to its title and description.
    static func svgLabels(_ prefix: String) -> String { "aria-labelledby=\"\(prefix)title\" aria-describedby=\"\(prefix)desc\"" }

    /// The role of the `svg` element. A picture with groups is a document that screen readers can navigate, and an image to those that
    /// don't know that role (W3C, WAI-ARIA Graphics Module 1.0).
    var svgRole: String { content.groups.isEmpty ? "role=\"img\"" : "role=\"graphics-document img\"" }

    var svgBox: String { "viewBox=\"0 0 \(size.width.inSVG) \(size.height.inSVG)\"" }

    func svgTexts(_ prefix: String) -> String {
        "<title id=\"\(prefix)title\">\(title.escapedForXML)</title>\n<desc id=\"\(prefix)desc\">\(longDescription.escapedForXML)</desc>"
    }
}

import Drawing

/// An SVG that stands beside others in one page and can be read aloud: each of its ids is a prefix from the picture's content and a number.
///
/// Written by ourselves: Cairo writes every glyph anew for every size, six decimals, and ids that are the same in every file.
struct SVGDocument {
    /// From `<svg` to `</svg>`.
    let element: [UInt8]

    var document: [UInt8] { Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".utf8) + element + [UInt8(ascii: "\n")] }

    /// - Parameter elements: of the picture, from its ground to what is drawn last.
    init(_ elements: [SVGElement], of picture: Picture) {
        let digest = picture.digest
        let prefix = picture.idPrefix(digest)
        var names = SVGNames(prefix: prefix)
        var body: [UInt8] = []
        for element in elements {
            element.append(to: &body) { filling, text in
                switch filling {
                case .glyph(let outline): text += " xlink:href=\"#\(names.name(of: .glyph(outline)))\"".utf8
                case .clip(let rect): text += " clip-path=\"url(#\(names.name(of: .clip(rect))))\"".utf8
                case .fill(let color): text.append(attributes: SVGPaint.fill(color))
                case .stroke(let stroke): text.append(attributes: SVGPaint.stroke(stroke))
                }
            }
            body.append(UInt8(ascii: "\n"))
        }
        var text = Array("<svg role=\"img\" \(Picture.svgLabels(prefix)) ".utf8)
        text += "xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" ".utf8
        text += "width=\"\(picture.size.width.inSVG)pt\" height=\"\(picture.size.height.inSVG)pt\" ".utf8
        text += "\(picture.svgBox) version=\"1.1\">\n".utf8
        text += "\(picture.svgTexts(prefix))\n\(LessonInSVG.metadata(of: picture, digest: digest))\n".utf8
        if !names.fillings.isEmpty { text += "<defs>\n\(names.definitions)</defs>\n".utf8 }
        element = text + body + Array("</svg>".utf8)
    }
}

/// What a file defines, each under its own id, numbered as it comes.
struct SVGNames {
    let prefix: String
    private(set) var fillings: [SVGElement.Filling] = []
    private var numbers: [SVGElement.Filling: Int] = [:]

    init(prefix: String) { self.prefix = prefix }

    mutating func name(of filling: SVGElement.Filling) -> String {
        if let known = numbers[filling] { return "\(prefix)\(known)" }
        numbers[filling] = fillings.count
        fillings.append(filling)
        return "\(prefix)\(fillings.count - 1)"
    }

    /// The definitions, a line each.
    var definitions: String {
        var text = ""
        for (number, filling) in fillings.enumerated() {
            switch filling {
            case .glyph(let outline): text += "<path id=\"\(prefix)\(number)\" d=\"\(outline.path)\"/>\n"
            case .clip(let rect):
                text += "<clipPath id=\"\(prefix)\(number)\"><rect x=\"\(rect.x.inSVG)\" y=\"\(rect.y.inSVG)\" "
                text += "width=\"\(rect.width.inSVG)\" height=\"\(rect.height.inSVG)\"/></clipPath>\n"
            case .fill, .stroke: break
            }
        }
        return text
    }
}

/// How something is painted, as properties of SVG and of CSS, which are called alike.
enum SVGPaint {
    typealias Properties = [(name: StaticString, value: String)]

    /// - Parameter write: how a colour is written, its alpha aside.
    static func fill(_ color: Color, _ write: (Color) -> String = \.hexadecimal) -> Properties {
        var properties: Properties = [("fill", write(color))]
        if color.alpha < 1 { properties.append(("fill-opacity", color.alpha.inSVG)) }
        return properties
    }

    static func stroke(_ stroke: Stroke, _ write: (Color) -> String = \.hexadecimal) -> Properties {
        var properties: Properties = [("fill", "none"), ("stroke", write(stroke.color)), ("stroke-width", stroke.width.inSVG)]
        if stroke.color.alpha < 1 { properties.append(("stroke-opacity", stroke.color.alpha.inSVG)) }
        if !stroke.dash.isEmpty { properties.append(("stroke-dasharray", stroke.dash.map(\.inSVG).joined(separator: ","))) }
        switch stroke.cap {
        case .butt: break
        case .round: properties.append(("stroke-linecap", "round"))
        case .square: properties.append(("stroke-linecap", "square"))
        }
        switch stroke.join {
        // As far as Cairo's miters reach.
        case .miter: properties.append(("stroke-miterlimit", "10"))
        case .round: properties.append(("stroke-linejoin", "round"))
        case .bevel: properties.append(("stroke-linejoin", "bevel"))
        }
        return properties
    }
}

extension [UInt8] {
    fileprivate mutating func append(attributes: SVGPaint.Properties) {
        for (name, value) in attributes {
            append(UInt8(ascii: " "))
            name.withUTF8Buffer { self += $0 }
            self += "=\"".utf8
            self += value.utf8
            append(UInt8(ascii: "\""))
        }
    }
}

extension Double {
    /// With three decimals at most.
    var inSVG: String {
        var text: [UInt8] = []
        text.append(self, decimals: 3)
        return String(decoding: text, as: UTF8.self)
    }
}

extension Color {
    /// #0072b2, alpha aside.
    var hexadecimal: String {
        let parts = [red, green, blue].map { part -> String in
            let byte = String(Int((min(max(part, 0), 1) * 255).rounded()), radix: 16)
            return byte.count == 1 ? "0" + byte : byte
        }
        return "#" + parts.joined()
    }
}

extension Picture {
    /// A letter, ten digits of what is drawn and said, and a dash: "b3f09…-".
    func idPrefix(_ digest: String) -> String {
        var hash = Fingerprint()
        hash.mix(digest)
        hash.mix(title)
        hash.mix(alternative)
        hash.mix(description)
        hash.mix(source ?? "")
        return "b\(hash.hexadecimal.prefix(10))-"
    }

    /// The short account, then the long one.
    var longDescription: String { [alternative, description].filter { !$0.isEmpty }.joined(separator: "\n\n") }

    /// By which an `svg` element refers to its title and its description.
    static func svgLabels(_ prefix: String) -> String { "aria-labelledby=\"\(prefix)title\" aria-describedby=\"\(prefix)desc\"" }

    var svgBox: String { "viewBox=\"0 0 \(size.width.inSVG) \(size.height.inSVG)\"" }

    func svgTexts(_ prefix: String) -> String {
        "<title id=\"\(prefix)title\">\(title.escapedForXML)</title>\n<desc id=\"\(prefix)desc\">\(longDescription.escapedForXML)</desc>"
    }
}

extension String {
    /// As text or as an attribute's value in XML. Characters that XML can't hold become �.
    var escapedForXML: String {
        var text = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&quot;"
            case "\r": text += "&#13;"
            case _ where !scalar.isXML: text += "\u{FFFD}"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}

extension Unicode.Scalar {
    /// Whether XML 1.0 can hold it.
    var isXML: Bool {
        switch value {
        case 0x9, 0xA, 0xD, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }
}

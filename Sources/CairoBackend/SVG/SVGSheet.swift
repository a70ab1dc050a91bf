package import Drawing

/// The pictures of an HTML page, which share glyphs, styles and repeated elements.
package struct SVGSheet {
    /// The parts to put into the page.
    package struct Finished: Sendable {
        /// Glyphs and clips, for a `defs` element.
        package var definitions: String
        /// Groups that several pictures or groups use, one per line, for a second `defs` element.
        package var common: String
        /// The declarations for the classes s0, s1, ….
        package var styles: [String]
        /// Every paint whose variable the styles use.
        package var paints: [Paint]
        /// The `svg` element of each picture, in order.
        package var pictures: [String]
    }

    private let encoder: PictureEncoder
    private var names = SVGNames(prefix: "g")
    private var classes: [SVGPaint: Int] = [:]
    private var styles = Numbering<String>()
    private var paints = Numbering<Paint>()
    private var elements = Numbering<[UInt8]>()
    private var results = ItemResults<Int>()
    private var openings: [String] = []
    private var sequences: [[Int]] = []

    init(_ encoder: PictureEncoder) { self.encoder = encoder }

    /// - Throws: `EncodingError` if the picture can't be drawn.
    package mutating func add(_ picture: Picture) throws(EncodingError) {
        try picture.validate()
        let prefix = picture.idPrefix(picture.digest)
        openings.append("<svg \(picture.svgRole) \(Picture.svgLabels(prefix)) \(picture.svgBox)>\(picture.svgTexts(prefix))")
        let ground = SVGElement.ground(of: picture).map { number(of: $0) }
        var results = results
        sequences.append(ground + results.update(to: picture.content) { number(of: SVGElement($0, encoder.book)) })
        self.results = results
    }

    private mutating func number(of element: SVGElement) -> Int {
        var text: [UInt8] = []
        element.append(to: &text) { filling, text in
            switch filling {
            case .text(let line):
                line.append(to: &text, attributes: Array(" class=\"s\(number(ofClass: .fill(line.color)))\"".utf8), reference: "href") {
                    names.name(of: .glyph($0))
                }
            case .group(let group, let holdsGroups):
                // Without an id, since several pictures of the page may share the group.
                text += "\(group.svgAttributes(holdsGroups: holdsGroups))>\(group.svgTitle)".utf8
            case .clip(let rect): text += " clip-path=\"url(#\(names.name(of: .clip(rect))))\"".utf8
            case .paint(let paint): text += " class=\"s\(number(ofClass: paint))\"".utf8
            }
        }
        return elements.number(of: text)
    }

    private mutating func number(ofClass paint: SVGPaint) -> Int {
        if let known = classes[paint] { return known }
        let number = styles.number(of: paint.properties { written($0) }.map { "\($0.name):\($0.value)" }.joined(separator: ";"))
        classes[paint] = number
        return number
    }

    private mutating func written(_ paint: Paint) -> String {
        guard let name = paint.variable else { return Theme.light.color(of: paint).hexadecimal }
        _ = paints.number(of: paint.covering)
        return "var(--\(name))"
    }

    package func finished() -> Finished {
        let shared = SharedRuns(sequences, weights: elements.values.map(\.count))
        var common = ""
        func inside(_ symbol: Int) -> String {
            shared.parts(of: symbol).map(text) ?? String(decoding: elements.values[symbol], as: UTF8.self)
        }
        func text(_ symbols: [Int]) -> String {
            symbols.map { symbol in shared.names[symbol].map { "<use href=\"#e\($0)\"/>" } ?? inside(symbol) }.joined()
        }
        for (name, symbol) in shared.named.enumerated() { common += "<g id=\"e\(name)\">\(inside(symbol))</g>\n" }
        return Finished(
            definitions: names.definitions, common: common, styles: styles.values, paints: paints.values,
            pictures: zip(openings, shared.sequences).map { "\($0)\(text($1))</svg>" })
    }
}

/// Numbers values in order of first appearance.
private struct Numbering<Value: Hashable> {
    private(set) var values: [Value] = []
    private var numbers: [Value: Int] = [:]

    mutating func number(of value: Value) -> Int {
        if let known = numbers[value] { return known }
        numbers[value] = values.count
        values.append(value)
        return values.count - 1
    }
}

extension PictureEncoder {
    package func sheet() -> SVGSheet { SVGSheet(self) }
}

import Drawing
import Notation
import Telling
import Traces
import Typesetting

/// The findings up to a step, as a column of numbers aligned at their decimal points, each with a small bar: to the right if positive, to
/// the left and hatched if negative.
struct FoundSoFar {
    let steps: [Step]
    let typesetter: Typesetter
    /// The widest name, and the widest parts of the numbers before and after the point, in the whole sequence.
    private let nameWidth, wholeWidth, fractionWidth: Double
    private let largest: [Finding.Kind: Double]

    /// The height of one row, in points.
    private let rowHeight: Double
    static let barWidth = 24.0
    private static let font = Font(size: 7.5)

    init(steps: [Step], typesetter: Typesetter) {
        self.steps = steps
        self.typesetter = typesetter
        var (name, whole, fraction, tallest) = (0.0, 0.0, 0.0, 0.0)
        var largest: [Finding.Kind: Double] = [:]
        for finding in steps.flatMap(\.findings) {
            let symbol = Self.name(of: finding, typesetter)
            name = max(name, symbol.width)
            tallest = max(tallest, symbol.height)
            // Frames may print up to eight digits.
            for digits in [Numeral.usualDigits, Numeral.mostDigits] {
                let parts = Self.parts(Numeral(finding.value, digits: digits), typesetter, Self.font)
                whole = max(whole, parts.whole.width)
                fraction = max(fraction, parts.fraction.width)
            }
            if finding.value.isFinite { largest[finding.kind] = max(largest[finding.kind] ?? 0, abs(finding.value)) }
        }
        (nameWidth, wholeWidth, fractionWidth) = (name, whole, fraction)
        rowHeight = max(12, tallest + 4)
        self.largest = largest
    }

    var width: Double { nameWidth + 12 + wholeWidth + fractionWidth + 12 + 2 * Self.barWidth + 8 }

    /// A long name is set smaller.
    private static func name(of finding: Finding, _ typesetter: Typesetter) -> Laid {
        let name = typesetter.layoutText(finding.inlineSymbol, font: font, color: .ink)
        return name.width <= 90 ? name : typesetter.layoutText(finding.inlineSymbol, font: Font(size: 7), color: .ink)
    }

    /// The parts of the number before and from the point on, so that columns align for any font.
    private static func parts(
        _ numeral: Numeral, _ typesetter: Typesetter, _ font: Font, color: Paint? = nil
    ) -> (whole: Laid, fraction: Laid) {
        let text = numeral.text
        guard numeral.exponent == nil, let point = text.firstIndex(of: ".") else {
            guard numeral.exponent != nil else {
                return (typesetter.layoutText(.words(text), font: font, color: color), Laid())
            }
            return (Laid(), typesetter.layoutText(numeral.asWords, font: font, color: color))
        }
        return (
            typesetter.layoutText(.words(String(text[..<point])), font: font, color: color),
            typesetter.layoutText(.words(String(text[point...])), font: font, color: color)
        )
    }

    /// The findings up to and including a step, with the top left corner at (0, 0).
    /// - Parameter height: the height available, in points. Findings that do not fit are only counted.
    func draw(upTo index: Int, _ telling: FrameTelling, height: Double) -> DisplayList {
        let omitted = steps[index].omitted
        let capacity = max(2, Int((height - 18) / rowHeight) - (omitted > 0 ? 1 : 0))
        let step = steps[index]
        let kind = step.findings.first?.kind ?? .value
        var rows: [(finding: Finding, isNew: Bool)] = []
        for (number, earlier) in steps[...index].enumerated() {
            rows += earlier.findings.filter { $0.kind == kind }.map { ($0, number == index) }
        }
        var list = DisplayList()
        let heading: String =
            switch kind {
            case .value: "Values found so far"
            case .gradient: "Gradients found so far"
            case .clipped: "Clipped gradients so far"
            case .memory: "Remembered so far"
            case .update: "New values so far"
            }
        list.append(
            typesetter.layoutText(.words(heading), font: Font(size: 8, weight: .semibold), color: .quietInk)
                .moved(to: Point(6, 8)).content)
        var y = 15.0
        if rows.count > capacity {
            // Half of the column is dropped at a time, so that rows rarely move.
            let room = capacity - 1
            let half = max(1, room / 2)
            let earlier = (rows.count - room + half - 1) / half * half
            rows.removeFirst(earlier)
            list.append(
                typesetter.layoutText(.words("… and \(earlier) before"), font: Font(size: 7), color: .quietInk)
                    .moved(to: Point(6, y + 8)).content)
            y += rowHeight
        }
        for row in rows {
            var drawn = DisplayList()
            draw(row.finding, isNew: row.isNew, telling, kind, y, into: &drawn)
            let numeral = row.isNew ? telling.numeral(row.finding) : Numeral(row.finding.value)
            let words = "\(row.finding.inlineSymbol.plainText) = \(numeral.text)"
            list.group(Group(.finding, row.finding.inlineSymbol.plainText, words: words, isHighlighted: row.isNew), drawn)
            y += rowHeight
        }
        if omitted > 0 {
            list.append(
                typesetter.layoutText(.words("… and \(omitted) more"), font: Font(size: 7), color: .quietInk).moved(to: Point(6, y + 8))
                    .content)
        }
        return list
    }

    private func draw(
        _ finding: Finding, isNew: Bool, _ telling: FrameTelling, _ kind: Finding.Kind, _ y: Double,
        into list: inout DisplayList
    ) {
        let baseline = y + rowHeight / 2 + 3
        if isNew {
            list.fill(
                .rect(Rect(0, y, width, rowHeight), radius: 3), kind == .gradient || kind == .clipped ? .gradientWash : .panel)
        }
        let textColor: Paint = kind == .gradient || kind == .clipped ? .gradient : kind == .value ? .value : .ink
        var font = Self.font
        font.weight = isNew ? .semibold : .regular
        list.append(Self.name(of: finding, typesetter).moved(to: Point(6, baseline)).content)
        let numeral = isNew ? telling.numeral(finding) : Numeral(finding.value)
        let parts = Self.parts(numeral, typesetter, font, color: isNew ? textColor : .ink)
        let point = 6 + nameWidth + 12 + wholeWidth
        list.append(parts.whole.moved(to: Point(point - parts.whole.width, baseline)).content)
        list.append(parts.fraction.moved(to: Point(point, baseline)).content)

        let axis = point + fractionWidth + 8 + Self.barWidth
        let color: Paint = kind == .gradient || kind == .clipped ? .gradientLine : kind == .value ? .value : .restingLine
        list.stroke(.line(from: Point(axis, y + 1), to: Point(axis, y + rowHeight - 1)), Stroke(.restingLine, width: 0.6))
        guard let most = largest[kind], most > 0, finding.value.isFinite, finding.value != 0 else { return }
        // Divide first: the product may overflow.
        let length = max(0.75, abs(finding.value) / most * Self.barWidth)
        let bar = Rect(finding.value > 0 ? axis : axis - length, y + rowHeight / 2 - 3.5, length, 7)
        if finding.value > 0 {
            list.fill(.rect(bar), color)
        } else {
            list.fill(.rect(bar), .page)
            hatch(bar, color, into: &list)
        }
    }

    private func hatch(_ bar: Rect, _ color: Paint, into list: inout DisplayList) {
        var path = Path()
        var x = bar.minX - bar.height
        while x < bar.maxX {
            let start = max(x, bar.minX)
            let end = min(x + bar.height, bar.maxX)
            if end > start {
                path.move(to: Point(start, bar.maxY - (start - x)))
                path.line(to: Point(end, bar.maxY - (end - x)))
            }
            x += 2.8
        }
        list.stroke(path, Stroke(color, width: 0.8))
        list.stroke(.rect(bar), Stroke(color, width: 0.8))
    }
}

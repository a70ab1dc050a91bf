import Drawing
import NeuralNetworks
import Notation
import Plotting
import Telling
import Typesetting

/// What the marks of the two pictures mean: each mark as it is drawn, and its meaning.
struct MistakeKey {
    private enum Sign {
        case outline(Highlight.Outline, Formula.Role)
        case link, across
        case crossing, wash
        case widths, dashes
    }

    private var items: [(sign: Sign, words: String)] = []
    private let typesetter: Typesetter
    private let font: Font

    /// - Parameter tinted: what is tinted; nil where nothing is.
    init(
        _ told: ToldMistake, wrong: MistakeSide, first: MistakenNumber?, tinted: String?, widest: Double, typesetter: Typesetter,
        type: PlotType
    ) {
        self.typesetter = typesetter
        font = type.note
        if first != nil {
            items.append((.outline(.double, .gradient), "first wrong number on the way back"))
            if Set(told.gradients.compactMap(wrong.shown)).count > 1 { items.append((.outline(.solid, .gradient), "wrong as well")) }
        }
        if !told.values.isEmpty { items.append((.outline(.solid, .value), "wrong since earlier steps made the mistake")) }
        let shared = wrong.sharedStatistics
        for words in shared { items.append((.across, "through \(words), each output depends on all units of its group")) }
        if !wrong.mistakenLinks(told).isEmpty {
            let lost = wrong.losesCrossings ? ": nothing comes back through \(shared.joined(separator: ", or "))" : ""
            items.append((.link, "where the mistake is made" + lost))
        }
        if told.leavesOut { items.append((.crossing, "left out by mistake")) }
        if wrong.showsUpdates {
            if let tinted { items.append((.wash, tinted)) }
            if widest > 0 {
                let number = Numeral(widest, digits: 2).text
                items.append((.widths, "edge width: size of the weight’s gradient, \(number) for the widest; one scale for both"))
                if wrong.hasNegativeEdges { items.append((.dashes, "negative gradient")) }
            }
        }
    }

    /// For readers who do not see the page.
    var lines: [String] {
        items.map { sign, words in
            let name =
                switch sign {
                case .outline(.double, _): "Outlined twice"
                case .outline: "Outlined"
                case .link: "Dotted"
                case .across: "Thin lines across"
                case .crossing: "Crossed out"
                case .wash: "Tinted"
                case .widths: "Lines"
                case .dashes: "Dashed lines"
                }
            return "\(name): \(words)."
        }
    }

    /// - Returns: its height.
    func draw(at corner: Point, width: Double, into list: inout DisplayList) -> Double {
        let (signWidth, lead) = (22.0, 14.0)
        var (x, y, lines) = (0.0, 0.0, 1)
        for item in items {
            let words = typesetter.wrapText(
                .words(item.words), font: font, width: width - signWidth, color: .quietInk, numerals: .words)
            let wordsWidth = words.map(\.width).max() ?? 0
            if x > 0, lines > 1 || x + signWidth + wordsWidth > width { (x, y) = (0, y + Double(lines) * lead) }
            let at = corner + Point(x, y)
            draw(item.sign, Rect(at.x + 1, at.y + 1, signWidth - 7, 8.5), into: &list)
            for (index, line) in words.enumerated() {
                list.append(line.moved(to: Point(at.x + signWidth, at.y + 8 + Double(index) * lead)).content)
            }
            x += signWidth + wordsWidth + 16
            lines = words.count
        }
        return items.isEmpty ? 0 : y + Double(lines) * lead
    }

    private func draw(_ sign: Sign, _ box: Rect, into list: inout DisplayList) {
        let y = box.center.y
        func line(at y: Double, _ stroke: Stroke) { list.stroke(.line(from: Point(box.minX, y), to: Point(box.maxX, y)), stroke) }
        switch sign {
        case .outline(let outline, let role): outline.draw(around: box, radius: 3, color: Paint(of: role), width: 1.4, into: &list)
        case .link: line(at: y, Stroke(.local, width: 2.2, dash: Highlight.Outline.dotted.dash, cap: .round))
        case .across: line(at: y, Stroke(.restingLine, width: 0.5))
        case .crossing:
            let number = typesetter.layoutText(.number(Numeral(0.5)), font: font, color: .gradient, numerals: .words)
            list.append(number.moved(to: Point(box.minX, box.maxY - 1.5)).content)
            list.strike(number.bounds.offsetBy(box.minX, box.maxY - 1.5), "key")
        case .wash: list.fill(.rect(box, radius: 3), .gradientWash)
        case .widths:
            line(at: y - 3, Stroke(.gradientLine, width: EdgeLine.width(ofShare: 0)))
            line(at: y + 1.5, Stroke(.gradientLine, width: EdgeLine.width(ofShare: 1)))
        case .dashes: line(at: y, Stroke(.gradientLine, width: 2, dash: [5.4, 3.1]))
        }
    }
}

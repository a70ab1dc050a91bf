package import Drawing
import Notation
package import Traces
import Typesetting

/// What a network diagram shows.
package struct NetworkDiagramOptions: Hashable, Sendable {
    /// Whose numbers a batch's diagram shows.
    package enum Sample: Hashable, Sendable {
        /// One sample, counted from 0.
        case number(Int)
        case mean
    }

    package var sample: Sample
    /// Whether each edge shows upstream × local = contribution.
    package var showsProducts: Bool
    /// Units of a layer beyond which the middle ones are left out.
    package var mostUnits: Int
    package var notation: NotationStyle

    package init(
        sample: Sample = .number(0), showsProducts: Bool = false, mostUnits: Int = 8, notation: NotationStyle = .automatic
    ) {
        self.sample = sample
        self.showsProducts = showsProducts
        self.mostUnits = max(3, mostUnits)
        self.notation = notation
    }
}

/// A network with every unit's value and gradient, its weights, biases and targets, and the loss.
///
/// The headline tells what stands out most (`FindingSearch`).
/// - Returns: nil where the trace is no network's.
package func networkDiagram(
    _ trace: Trace, options: NetworkDiagramOptions = NetworkDiagramOptions(), measurer: any TextMeasuring,
    pageWidth: Double? = nil
) -> Picture? {
    guard var scene = NetworkScene(trace, options: options, measurer: measurer, pageWidth: pageWidth) else { return nil }
    // The headline's arithmetic may need more digits than there is room for.
    let digits = NetworkTelling(scene).precision.mostDigits
    if digits > scene.texts.reserve,
        let roomy = NetworkScene(trace, options: options, reserve: digits, measurer: measurer, pageWidth: pageWidth)
    {
        scene = roomy
    }
    return NetworkPage(scene: scene).picture()
}

/// The page around a network: what was found, what is shown, and under which conventions.
struct NetworkPage {
    let scene: NetworkScene

    static let leastWidth = 460.0

    func picture() -> Picture {
        let telling = NetworkTelling(scene)
        let wanted = scene.pageWidth
        let margin = wanted == nil ? 24 : NetworkScene.narrowMargin
        let width = max(scene.size.width + 2 * margin, wanted ?? Self.leastWidth)
        let textWidth = width - 2 * margin
        var list = DisplayList()
        var y = wanted == nil ? margin : margin + 2

        func write(_ text: Formula, _ font: Font, _ color: Paint, lead: Double = 2) {
            for line in scene.lettering.typesetter.wrapText(text, font: font, width: textWidth, color: color) {
                y += max(line.ascent, font.size * 0.75)
                list.append(line.moved(to: Point(margin, y)).content)
                y += max(line.descent, font.size * 0.22) + lead
            }
        }
        if let title = scene.trace.title, !title.isEmpty {
            write(.words(title), Font(size: 9, weight: .medium), .quietInk, lead: 4)
        }
        let headline = TracedHeadline(scene.trace, found: telling.headline) { telling.precision.numeral($0, key: $1) }
        if let formula = headline.formula { write(formula, Font(size: 15, weight: .semibold), .ink, lead: 3) }
        y += 2
        write(telling.subtitle, Font(size: 9), .quietInk)
        y += 14
        var state = SceneState()
        if case .number(let sample) = scene.options.sample { state.sample = max(0, min(sample, scene.values.batch - 1)) }
        state.precision = telling.precision
        list.append(scene.draw(state).translated(by: Point((width - scene.size.width) / 2, y)))
        y += scene.size.height + 12
        for note in telling.notes { write(note, Font(size: 7.5), .quietInk) }
        return Picture(
            size: Size(wanted == width ? width : width.rounded(.up), (y + margin - (wanted == nil ? 8 : 0)).rounded(.up)),
            background: .page, content: list,
            title: headline.title, alternative: telling.alternative, description: telling.description)
    }
}

package import Drawing
import Forms
import Notation
import Plotting
import Telling
package import Traces
import Typesetting

/// The contents of a network diagram.
package struct NetworkDiagramOptions: Hashable, Sendable {
    /// The numbers that the diagram of a batch shows.
    package enum Sample: Hashable, Sendable {
        /// One sample, counted from 0.
        case number(Int)
        case mean
    }

    /// The position of weights and their gradients.
    package enum Weights: String, CaseIterable, Hashable, Sendable {
        /// At their edges, if each layer has at most 6 units and the page has room.
        case auto
        /// In a grid between the layers: a row of the matrix before each unit.
        case grid
    }

    package var sample: Sample
    /// Whether each edge shows upstream × local = contribution.
    package var showsProducts: Bool
    /// The largest number of units shown of a layer; of more, the middle ones are left out.
    package var mostUnits: Int
    package var weights: Weights
    package var notation: NotationStyle

    package init(
        sample: Sample = .number(0), showsProducts: Bool = false, mostUnits: Int = 8, weights: Weights = .auto,
        notation: NotationStyle = .automatic
    ) {
        self.sample = sample
        self.showsProducts = showsProducts
        self.mostUnits = max(3, mostUnits)
        self.weights = weights
        self.notation = notation
    }
}

/// A network with every unit's value and gradient, its weights, biases and targets, and the loss.
///
/// The headline is the most notable finding (`FindingSearch`).
/// - Returns: nil where the trace is not of a network.
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

/// The page around a network: the finding, what is shown, and the conventions.
struct NetworkPage {
    let scene: NetworkScene

    static let leastWidth = 460.0

    func picture() -> Picture {
        let telling = NetworkTelling(scene)
        let wanted = scene.pageWidth
        let margin = wanted == nil ? PlotPage.margin : NetworkScene.narrowMargin
        let width = max(scene.size.width + 2 * margin, wanted ?? Self.leastWidth)
        let type = PlotType()
        // Some letters extend a little to the left of their origin.
        let text = margin + (wanted == nil ? 0 : 0.5)
        var page = TextColumn(margin: text, width: width - 2 * text, typesetter: scene.lettering.typesetter, numerals: .words)
        if wanted != nil { page.y += 2 }
        let headline = TracedHeadline(scene.trace, found: telling.headline) { telling.precision.numeral($0, key: $1) }
        page.writeHead(scene.trace.title, headline: headline.formula, subtitle: [telling.subtitle], type: type)
        page.y += 12
        var state = SceneState()
        // A headline of the author's own may be about others.
        if case .found = scene.trace.headline { state.named = Set(telling.told?.finding.weights ?? []) }
        if case .number(let sample) = scene.options.sample { state.sample = max(0, min(sample, scene.values.batch - 1)) }
        state.precision = telling.precision
        page.list.append(scene.draw(state).translated(by: Point((width - scene.size.width) / 2, page.y)))
        page.y += scene.size.height + 12
        for note in NetworkKey(scene, named: state.named).lines + telling.notes {
            page.write(note, font: type.note, color: .quietInk, lead: 3)
        }
        return Picture(
            size: Size(wanted == width ? width : width.rounded(.up), (page.y + max(margin, 8) - 3).rounded(.up)), background: .page,
            content: page.list, title: headline.title, alternative: telling.alternative, description: telling.description)
    }
}

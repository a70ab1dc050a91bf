import Autodiff
package import Drawing
import NeuralNetworks
package import Notation
import Telling
package import Traces
import Typesetting

/// A network as units, pills and edges: each circle has a unit's value above and the gradient that arrives below; a pill
/// to its left has z and ∂L/∂z, where an activation makes the value.
///
/// Biases stand under the pills (or circles), σ′ and the targets under the circles, weights on the edges.
package struct NetworkScene: TraceScene {
    let trace: Trace
    let options: NetworkDiagramOptions
    /// In points; nil: as wide as the network is.
    let pageWidth: Double?
    let texts: NetworkTexts
    let lettering: NetworkLettering
    let geometry: NetworkGeometry

    var values: NetworkValues { texts.values }

    /// - Parameter reserve: significant digits that room is kept for: 4, and more where formulas beside the scene need them.
    package init?(
        _ trace: Trace, options: NetworkDiagramOptions = NetworkDiagramOptions(), reserve: Int = 4,
        measurer: any TextMeasuring, pageWidth: Double? = nil
    ) {
        guard let lowered = trace.lowered else { return nil }
        self.trace = trace
        self.options = options
        self.pageWidth = pageWidth
        let values = NetworkValues(trace, lowered, sample: options.sample)
        let teller = Storyteller(trace, notation: options.notation)
        let products = options.showsProducts ? NetworkProducts(trace, values.columns, sample: options.sample) : nil
        texts = NetworkTexts(values, teller, products: products, reserve: reserve)
        let parameters = lowered.parameters.map { ScalarID($0.id, 0) } + [ScalarID(lowered.targets, 0)]
        lettering = NetworkLettering(Typesetter(measurer: measurer), symbols: parameters.map { teller.symbols($0) })
        let measures = NetworkMeasures(texts, lettering, mostUnits: options.mostUnits)
        geometry = NetworkGeometry(fitting: pageWidth.map { $0 - 2 * Self.narrowMargin }, measures)
    }

    /// Around a diagram whose width is given, in points: the text around it has margins of its own.
    static let narrowMargin = 4.0

    package var size: Size { geometry.size }
    package var showsOneSample: Bool { options.sample != .mean }

    package func anchor(of key: NumberKey) -> Rect? { place(of: key).flatMap { geometry.rect(of: $0) } }

    func place(of key: NumberKey) -> NetworkPlace? { NetworkPlaces(values: values, edges: geometry.edges).place(of: key) }

    package func draw(_ state: SceneState) -> DisplayList { NetworkDrawing(scene: self, state: state).draw() }
}

extension NetworkScene {
    /// Whether every layer is drawn as units, so that each of its scalars has a place.
    package static func suits(_ trace: Trace) -> Bool {
        guard let lowered = trace.lowered else { return false }
        return lowered.layers.allSatisfy(isDrawnAsUnits) && lowered.problem.network.input.isFeatures
    }

    private static func isDrawnAsUnits(_ layer: LoweredLayer) -> Bool {
        layer.outputShape.isFeatures && layer.rules.isNumberable && layer.rules.link != .allToAll
            && layer.inner.allSatisfy(isDrawnAsUnits)
    }
}

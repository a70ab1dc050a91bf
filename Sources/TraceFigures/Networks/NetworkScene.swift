import Autodiff
package import Drawing
import NeuralNetworks
package import Notation
import Telling
package import Traces
import Typesetting

/// A network as units, pills and edges: each circle has a unit's value above its gradient; a pill to its left has z and ∂L/∂z if an
/// activation computes the value.
///
/// Biases are below the pills (or circles), σ′ and the targets below the circles, weights on the edges.
package struct NetworkScene: TraceScene {
    let trace: Trace
    let options: NetworkDiagramOptions
    /// In points; nil for the natural width.
    let pageWidth: Double?
    let texts: NetworkTexts
    let lettering: NetworkLettering
    let geometry: NetworkGeometry

    var values: NetworkValues { texts.values }

    /// - Parameters:
    ///   - reserve: the significant digits for which room is kept: 4, or more where formulas next to the scene need them.
    ///   - isTight: whether to make it as small as is readable, without the layers' names.
    ///   - isWritable: whether each number leaves room for a box that a pencil writes in.
    ///   - other: another pass through the same network, drawn beside this one in the same places: there is room for the numbers of both and
    ///     their outlines, and operations between layers are named.
    package init?(
        _ trace: Trace, options: NetworkDiagramOptions = NetworkDiagramOptions(), reserve: Int = 4,
        measurer: any TextMeasuring, pageWidth: Double? = nil, isTight: Bool = false, isWritable: Bool = false, beside other: Trace? = nil
    ) {
        guard let lowered = trace.lowered else { return nil }
        self.trace = trace
        self.options = options
        self.pageWidth = pageWidth
        func written(_ trace: Trace) -> NetworkTexts {
            let values = NetworkValues(trace, lowered, sample: options.sample)
            let products = options.showsProducts ? NetworkProducts(trace, values.columns, sample: options.sample) : nil
            return NetworkTexts(values, Storyteller(trace, notation: options.notation), products: products, reserve: reserve)
        }
        let (texts, others) = (written(trace), other.map { [written($0)] } ?? [])
        self.texts = texts
        let lettered = lowered.parameters.map(\.id) + (lowered.targets.map { [$0] } ?? [])
        lettering = NetworkLettering(
            Typesetter(measurer: measurer), symbols: lettered.map { texts.symbols(ScalarID($0, 0)) }, isWritable: isWritable)
        let measures = NetworkMeasures(
            texts, beside: others, lettering, mostUnits: options.mostUnits, weights: options.weights, isTight: isTight)
        geometry = NetworkGeometry(fitting: pageWidth.map { $0 - 2 * Self.narrowMargin }, measures)
    }

    /// The margin around a diagram of a given width, in points; the text around it has margins of its own.
    static let narrowMargin = 4.0

    package var size: Size { geometry.size }
    package var showsOneSample: Bool { options.sample != .mean }

    /// Before each column, and before the circles in it.
    package var stops: [Double] {
        guard geometry.flow == .rightward else { return [] }
        var stops: [Double] = []
        for column in geometry.columns {
            stops.append(column.extent.minX - 3)
            if let unit = column.units.first { stops.append(unit.circle.x - geometry.radius - 3) }
        }
        return stops
    }

    package func anchor(of key: NumberKey) -> Rect? { place(of: key).flatMap { geometry.rect(of: $0) } }

    /// What the lines across stand for: "mean and variance"; none where there are no such lines.
    var sharedStatistics: [String] {
        let columns = Set(geometry.edges.filter(\.isShared).map(\.toColumn))
        return Set(columns.compactMap { values.columns[$0].shared?.words }).sorted()
    }

    func place(of key: NumberKey) -> NetworkPlace? { NetworkPlaces(values: values, edges: geometry.edges).place(of: key) }

    package func draw(_ state: SceneState) -> DisplayList { NetworkDrawing(scene: self, state: state).draw() }
}

extension NetworkScene {
    /// Whether every layer is drawn as units, so that each of its scalars is shown.
    package static func suits(_ trace: Trace) -> Bool {
        guard let lowered = trace.lowered else { return false }
        return lowered.layers.allSatisfy(isDrawnAsUnits) && lowered.problem.network.input.isFeatures
    }

    private static func isDrawnAsUnits(_ layer: LoweredLayer) -> Bool {
        layer.outputShape.isFeatures && layer.rules.isNumberable && layer.rules.link != .allToAll
            && layer.inner.allSatisfy(isDrawnAsUnits)
    }
}

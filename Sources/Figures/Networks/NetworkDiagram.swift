package import Drawing
package import Traces

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

    package init(sample: Sample = .number(0), showsProducts: Bool = false, mostUnits: Int = 8) {
        self.sample = sample
        self.showsProducts = showsProducts
        self.mostUnits = max(3, mostUnits)
    }
}

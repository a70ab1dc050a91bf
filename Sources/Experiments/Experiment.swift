/// A measurement over named variants.
package enum Experiment: Hashable, Sendable {
    case gradientDecay(GradientDecay)

    package var measurement: any Measurement {
        switch self {
        case .gradientDecay(let measurement): measurement
        }
    }
}

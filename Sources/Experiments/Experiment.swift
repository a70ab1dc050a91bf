/// A measurement over named variants.
package enum Experiment: Hashable, Sendable {
    case gradientDecay(GradientDecay)
    case trajectory(Trajectory)
    case clipping(GradientClipping)

    package var measurement: any Measurement {
        switch self {
        case .gradientDecay(let measurement): measurement
        case .trajectory(let measurement): measurement
        case .clipping(let measurement): measurement
        }
    }
}

/// A measurement over named variants.
package enum Experiment: Hashable, Sendable {
    case gradientDecay(GradientDecay)
    case signalSpread(SignalSpread)
    case gradientThroughTime(GradientThroughTime)
    case pathLengths(PathLengths)
    case activations(Activations)
    case singularValues(SingularSpectra)
    case normalizationAxes(NormalizationAxes)
    case chainRule(ChainOfUnits)
    case trajectory(Trajectory)
    case clipping(GradientClipping)
    case training(Training)
    case covariateShift(CovariateShift)
    case fit(Fit)

    package var measurement: any Measurement {
        switch self {
        case .gradientDecay(let measurement): measurement
        case .signalSpread(let measurement): measurement
        case .gradientThroughTime(let measurement): measurement
        case .pathLengths(let measurement): measurement
        case .activations(let measurement): measurement
        case .singularValues(let measurement): measurement
        case .normalizationAxes(let measurement): measurement
        case .chainRule(let measurement): measurement
        case .trajectory(let measurement): measurement
        case .clipping(let measurement): measurement
        case .training(let measurement): measurement
        case .covariateShift(let measurement): measurement
        case .fit(let measurement): measurement
        }
    }
}

package import Forms

/// A measurement over named variants.
package enum Experiment: Hashable, Sendable {
    case gradientDecay(GradientDecay)
    case signalSpread(SignalSpread)
    case roundTrip(RoundTrip)
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
    case shatteredGradients(ShatteredGradients)

    package var measurement: any Measurement {
        switch self {
        case .gradientDecay(let measurement): measurement
        case .signalSpread(let measurement): measurement
        case .roundTrip(let measurement): measurement
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
        case .shatteredGradients(let measurement): measurement
        }
    }
}

extension Experiment {
    /// A kind of experiment: its form, and how its lessons are read.
    package struct Kind: Sendable {
        package let form: Form
        let read: @Sendable (Fields, ExperimentReader) -> Experiment?

        fileprivate init<M: Measurement>(_ made: @escaping @Sendable (M) -> Experiment) {
            form = M.form
            read = { M.read($0, by: $1).map(made) }
        }
    }

    /// Every kind of experiment, in the order of the language's reference.
    package static let kinds: [Kind] = [
        Kind(Experiment.gradientDecay),
        Kind(Experiment.signalSpread),
        Kind(Experiment.roundTrip),
        Kind(Experiment.gradientThroughTime),
        Kind(Experiment.clipping),
        Kind(Experiment.pathLengths),
        Kind(Experiment.shatteredGradients),
        Kind(Experiment.activations),
        Kind(Experiment.normalizationAxes),
        Kind(Experiment.covariateShift),
        Kind(Experiment.singularValues),
        Kind(Experiment.training),
        Kind(Experiment.fit),
        Kind(Experiment.trajectory),
        Kind(Experiment.chainRule),
    ]

    package static var forms: [Form] { kinds.map(\.form) }
}

package import Autodiff

/// A training problem lowered to a tape, with the entries of its inputs, parameters, layers and loss.
package struct LoweredProblem: Hashable, Sendable {
    package private(set) var problem: TrainingProblem
    package let tape: Tape
    package let input: Tape.ID
    /// Nil for a loss without targets.
    package let targets: Tape.ID?
    /// The output of the last layer.
    package let output: Tape.ID
    /// The scalar that is differentiated: the data loss, plus the penalty if there is one.
    package let loss: Tape.ID
    /// In the order of the layers; within a layer in the order of its rules.
    package let parameters: [Parameter]
    package let layers: [LoweredLayer]
    let roles: Roles
    /// The masks and the initial states of layers.
    let layerSources: [Tape.ID: LayerSource]
    /// Of each batch normalization, in the order of the tape.
    let batchStatistics: [BatchStatistics]
}

/// The mean and the variance of one batch normalization.
struct BatchStatistics: Hashable, Sendable {
    let mean: Tape.ID
    let variance: Tape.ID
    /// How many entries share one mean.
    let entries: Int
}

/// Which mean and variance batch normalization uses for a channel.
package enum NormalizationMode: Hashable, Sendable {
    /// Those of the batch, as in training.
    case batch
    /// Given ones, such as the running averages of training; they are sources of the tape.
    case given
}

/// A tensor that training updates.
package struct Parameter: Hashable, Sendable {
    /// `LAYER.KEY`.
    package let name: String
    package let id: Tape.ID
    package let key: ParameterKey
}

/// A layer with the tensors it reads and computes.
package struct LoweredLayer: Hashable, Sendable {
    package let id: LayerID
    package let layer: Layer
    package let inputShape: SampleShape
    package let outputShape: SampleShape
    package let input: Tape.ID
    package let output: Tape.ID
    package let parameters: [ParameterKey: Tape.ID]
    let declarations: [ParameterDeclaration]
    /// The layers inside this one.
    package let inner: [LoweredLayer]

    package var rules: any LayerRules { layer.kind.rules }
}

extension LoweredProblem {
    package func role(of id: Tape.ID) -> Role { roles[id] }

    /// The entry with a role; nil where the tape has none.
    package func id(of role: Role) -> Tape.ID? { roles[role] }

    /// The entry for a part of a layer; of an unrolled layer at a time step from 1, or 0 for its initial state.
    package func id(of part: Part, _ layer: LoweredLayer, step: Int? = nil) -> Tape.ID? { roles[.part(part, layer.id, step: step)] }

    /// The loss without the penalty.
    package var dataLoss: Tape.ID { roles[.dataLoss] ?? loss }
}

extension [LoweredLayer] {
    /// With the layers inside residual blocks, each before the block that holds it: the order of the forward pass.
    package var flattened: [LoweredLayer] { flatMap { $0.inner.flattened + [$0] } }
}

extension LoweredProblem {
    /// The values of all sources: the data, and the parameters as given or sampled.
    package func sources() -> [Tape.ID: Tensor] {
        var sources: [Tape.ID: Tensor] = [input: problem.inputs]
        if let targets { sources[targets] = problem.targets.tensor }
        for (parameter, tensor) in zip(parameters, initialParameters()) { sources[parameter.id] = tensor }
        sources.merge(layerSourceValues()) { $1 }
        return sources
    }

    /// The same tape for other data, other parameters or another seed.
    /// - Precondition: the other problem would be lowered to this same tape.
    package func filled(by problem: TrainingProblem) -> LoweredProblem {
        var filled = self
        filled.problem = problem
        return filled
    }

    package func pass() -> Pass { Pass(tape, sources: sources(), result: loss) }
}

extension Targets {
    /// Nil where there are none.
    package var tensor: Tensor? {
        switch self {
        case .values(let tensor): tensor
        case .classes(let classes): Tensor(shape: [classes.count], scalars: classes.map(Double.init))
        case .classesByStep(let rows):
            Tensor(shape: [rows.count, rows.first?.count ?? 0], scalars: rows.flatMap { $0.map(Double.init) })
        case .absent: nil
        }
    }

    package var scalars: [Double] { tensor?.scalars ?? [] }
}

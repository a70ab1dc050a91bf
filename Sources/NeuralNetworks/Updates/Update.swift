package import Autodiff

/// A source that is updated: a parameter of a network, or an input of an expression.
package struct Trainable: Hashable, Sendable {
    package let name: String
    package let id: Tape.ID
    /// Whether penalties and weight decay apply to it.
    package let isWeight: Bool
}

extension LoweredProblem {
    package var trainables: [Trainable] { parameters.map { Trainable(name: $0.name, id: $0.id, isWeight: $0.key.kind == .weight) } }
}

extension LoweredProgram {
    package var trainables: [Trainable] { inputs.map { Trainable(name: tape[$0].name, id: $0, isWeight: true) } }
}

extension Cost {
    /// The cost of one pass, and of updating the trainables: a few products for each number.
    package init(of tape: Tape, moving trainables: [Trainable]) {
        self.init(of: tape)
        for trainable in trainables { products = products.saturatingPlus(tape[trainable.id].shape.saturatingCount.saturatingTimes(8)) }
    }
}

extension ExpressionProblem {
    /// - Throws: where all steps together exceed a limit.
    package func checkCost() throws(CostExceeded) {
        guard rule.steps > 1 else { return }
        let lowered = program.lowered()
        try Cost(of: lowered.tape, moving: lowered.trainables).repeated(rule.steps).checkSteps()
    }
}

/// The result of one training step, and of the steps before it.
package struct Update: Hashable, Sendable {
    /// The gradients after clipping, in the order of the trainables.
    package let clipped: [Tensor]
    /// The trainables after the step; nil where the lesson names no optimizer.
    package let updated: [Tensor]?
    /// The loss before each step, and after the last on the same batch; empty where nothing is updated.
    package let losses: [Double]
    /// The optimizer's state before the step and after it.
    package let before, after: GradientTransform.State?

    /// The loss of the updated parameters on the same batch.
    package var lossAfter: Double? { losses.last }

    package init(_ lowered: LoweredProblem, _ pass: Pass) {
        let stepper = Stepper(lowered.problem.rule, lowered.trainables, lowered.tape)
        self.init(pass, stepper, earlier: [])
    }

    private init(_ pass: Pass, _ stepper: consuming Stepper, earlier: [Double]) {
        let values = stepper.trainables.map { pass.value($0.id) }
        before = stepper.state
        let moved = stepper.step(from: values, gradients: stepper.trainables.map { pass.gradient($0.id) })
        clipped = moved.clipped
        updated = moved.values
        after = stepper.state
        guard let updated else {
            losses = []
            return
        }
        var sources = pass.sources
        for (trainable, value) in zip(stepper.trainables, updated) { sources[trainable.id] = value }
        losses = earlier + [pass.value(pass.result).scalars[0], pass.tape.evaluate(sources)[pass.result.index].scalars[0]]
    }

    /// The update of a run with a mistake.
    package init(_ run: MistakenRun, _ pass: Pass) {
        clipped = run.clipped
        updated = run.updated
        losses = run.lossAfter.map { [pass.value(pass.result).scalars[0], $0] } ?? []
        (before, after) = (run.before, run.after)
    }

    /// Takes all steps, and traces the last one.
    /// - Parameter sources: their values before the first step.
    /// - Precondition: a rule with several steps has an optimizer.
    package static func afterSteps(
        of rule: UpdateRule, moving trainables: [Trainable], _ tape: Tape, sources: [Tape.ID: Tensor], result: Tape.ID
    ) -> (pass: Pass, update: Update) {
        var stepper = Stepper(rule, trainables, tape)
        var sources = sources
        var losses: [Double] = []
        if rule.steps > 1 {
            var workspace = Workspace(tape, differentiating: result, by: trainables.map(\.id))
            for (id, tensor) in sources { workspace.set(id, to: tensor.scalars) }
            var values = trainables.map { sources[$0.id] ?? .zeros(tape[$0.id].shape) }
            for _ in 1..<rule.steps {
                workspace.evaluate()
                workspace.differentiate()
                losses.append(workspace.scalar(result))
                let gradients = zip(trainables, values).map { trainable, value in
                    workspace.gradient(trainable.id).map { Tensor(shape: value.shape, scalars: $0) } ?? .zeros(value.shape)
                }
                values = stepper.step(from: values, gradients: gradients).values ?? values
                for (trainable, value) in zip(trainables, values) { workspace.set(trainable.id, to: value.scalars) }
            }
            for (trainable, value) in zip(trainables, values) { sources[trainable.id] = value }
        }
        let pass = Pass(tape, sources: sources, result: result)
        return (pass, Update(pass, stepper, earlier: losses))
    }
}

/// A running optimizer: the parameters it updates, and its state.
struct Stepper {
    let trainables: [Trainable]
    /// Whether each step goes the wrong way, up the gradient.
    var isReversed = false
    private let rule: UpdateRule
    private var chain: GradientChain?

    init(_ rule: UpdateRule, _ trainables: [Trainable], _ tape: Tape) {
        self.rule = rule
        self.trainables = trainables
        guard let optimizer = rule.optimizer else { return }
        var state = GradientTransform.State(for: trainables.map { .zeros(tape[$0.id].shape) })
        state.steps = optimizer.start.steps
        for (memory, tensors) in optimizer.start.memories {
            for (place, trainable) in trainables.enumerated() {
                guard let tensor = tensors[trainable.name] else { continue }
                switch memory {
                case .velocity, .firstMoment: state.first[place] = tensor
                case .squares, .secondMoment: state.second[place] = tensor
                }
            }
        }
        chain = GradientChain(optimizer.chain, state: state)
    }

    /// Nil without an optimizer.
    var state: GradientTransform.State? { chain?.states.first }

    /// - Returns: the gradients after clipping, and the values after the step; nil without an optimizer.
    mutating func step(from values: [Tensor], gradients: [Tensor]) -> (clipped: [Tensor], values: [Tensor]?) {
        let clipped = rule.clipping?.applied(to: gradients) ?? gradients
        guard let changes = chain?.applied(to: isReversed ? clipped.map(\.negated) : clipped).last else { return (clipped, nil) }
        var moved = values
        for place in trainables.indices { move(&moved[place], place, by: changes[place]) }
        return (clipped, moved)
    }

    private func move(_ value: inout Tensor, _ place: Int, by change: Tensor) {
        let trainable = trainables[place]
        guard !rule.frozen.contains(trainable.name) else { return }
        value.move(by: change, shrinkage: trainable.isWeight ? rule.optimizer?.shrinkage ?? 0 : 0)
    }

    /// Begins a step in which parameters are updated one by one.
    mutating func begin() { chain?.begin() }

    /// Updates one parameter; its gradient is clipped by value if at all.
    mutating func step(_ place: Int, from value: Tensor, gradient: Tensor) -> Tensor {
        let clipped = rule.clipping?.applied(to: [gradient])[0] ?? gradient
        guard let change = chain?.applied(to: clipped, of: place) else { return value }
        var moved = value
        move(&moved, place, by: change)
        return moved
    }
}

import Autodiff
import NeuralNetworks

/// What a dense layer of a measured network gives, and what the normalization and the activation behind it make of that.
struct DenseStack {
    var dense: Tape.ID
    /// What the activation gets: the dense layer's output, normalized where the network normalizes.
    var argument: Tape.ID
    /// The same as the argument where no activation follows.
    var activation: Tape.ID
}

extension [LoweredLayer] {
    /// One a dense layer, from the first.
    var stacks: [DenseStack] {
        var stacks: [DenseStack] = []
        for layer in flattened {
            var stack = DenseStack(dense: layer.output, argument: layer.output, activation: layer.output)
            switch layer.rules.result {
            case .weightedSums: stacks.append(stack)
            case .normalized, .activation:
                guard let before = stacks.popLast() else { continue }
                stack.dense = before.dense
                if case .activation = layer.rules.result { stack.argument = before.argument }
                stacks.append(stack)
            case .probabilities, .blockSum, .states, .entries, .dropped, .embeddings, .attention: break
            }
        }
        return stacks
    }
}

import Autodiff
import NeuralNetworks

/// A dense layer of a measured network, or its attention, with its normalization and activation.
struct DenseStack {
    var dense: Tape.ID
    /// The activation's input: the dense layer's output, after normalization if there is one.
    var argument: Tape.ID
    /// The activation's output; the same as the argument where there is no activation.
    var activation: Tape.ID
}

extension [LoweredLayer] {
    /// One for each dense layer or attention, in the order of the forward pass.
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
            case .attention: stacks.append(stack)
            case .probabilities, .blockSum, .states, .entries, .dropped, .embeddings: break
            }
        }
        return stacks
    }
}

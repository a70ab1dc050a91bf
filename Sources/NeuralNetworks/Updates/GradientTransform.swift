import Foundation

package import Autodiff

/// One link of the chain between the gradients and the change of the parameters.
package enum GradientTransform: Hashable, Sendable {
    case clip(Clipping)
    /// v ← μv + g, then v (Polyak 1964).
    case momentum(Double)
    /// v ← μv + g, then g + μv (Nesterov 1983; Sutskever et al. 2013).
    case lookAhead(Double)
    /// s ← ρs + (1−ρ)g², then g/(√s + ε) (RMSProp: Tieleman & Hinton 2012).
    case divideByRootMeanSquare(decay: Double, epsilon: Double)
    /// s ← s + g², then g/(√s + ε) (Adagrad: Duchi et al. 2011).
    case divideByRootSum(epsilon: Double)
    /// m ← β₁m + (1−β₁)g, s ← β₂s + (1−β₂)g², then m̂/(√ŝ + ε), both corrected for their start at 0 (Adam: Kingma &
    /// Ba 2015).
    case adaptMoments(beta1: Double, beta2: Double, epsilon: Double)
    case scale(Double)
}

extension GradientTransform {
    /// What a link remembers between steps, for each parameter; fresh before the first.
    package struct State: Hashable, Sendable {
        /// The velocity, or the first moment.
        package var first: [Tensor]
        /// The mean or the sum of squares.
        package var second: [Tensor]
        /// How many steps were taken.
        package var steps: Int

        package init(first: [Tensor], second: [Tensor], steps: Int = 0) {
            self.first = first
            self.second = second
            self.steps = steps
        }

        package init(for gradients: [Tensor]) {
            let zeros = gradients.map { Tensor.zeros($0.shape) }
            self.init(first: zeros, second: zeros)
        }
    }

    /// - Parameter gradients: of all parameters together.
    package func applied(to gradients: [Tensor], _ state: inout State) -> [Tensor] {
        if case .clip(let clipping) = self { return clipping.applied(to: gradients) }
        state.steps += 1
        let step = Double(state.steps)
        var result = gradients
        for k in gradients.indices {
            // Taken out and put back, so that each array is asked once, not once an entry, whether it is its own.
            var (first, second) = (state.first[k], state.second[k])
            transform(&result[k].scalars, &first.scalars, &second.scalars, step)
            (state.first[k], state.second[k]) = (first, second)
        }
        return result
    }

    private func transform(_ gradients: inout [Double], _ first: inout [Double], _ second: inout [Double], _ step: Double) {
        var gradients = gradients.mutableSpan
        if case .scale(let factor) = self {
            for i in 0..<gradients.count { gradients[i] = factor * gradients[i] }
            return
        }
        var first = first.mutableSpan
        var second = second.mutableSpan
        for i in 0..<gradients.count { gradients[i] = entry(gradients[i], &first[i], &second[i], step) }
    }

    private func entry(_ g: Double, _ first: inout Double, _ second: inout Double, _ step: Double) -> Double {
        switch self {
        case .clip: return g
        case .momentum(let momentum):
            first = momentum * first + g
            return first
        case .lookAhead(let momentum):
            first = momentum * first + g
            return g + momentum * first
        case .divideByRootMeanSquare(let decay, let epsilon):
            second = decay * second + (1 - decay) * g * g
            return g / (second.squareRoot() + epsilon)
        case .divideByRootSum(let epsilon):
            second += g * g
            return g / (second.squareRoot() + epsilon)
        case .adaptMoments(let beta1, let beta2, let epsilon):
            first = beta1 * first + (1 - beta1) * g
            second = beta2 * second + (1 - beta2) * g * g
            let mean = first / (1 - pow(beta1, step))
            let square = second / (1 - pow(beta2, step))
            return mean / (square.squareRoot() + epsilon)
        case .scale(let factor): return factor * g
        }
    }
}

extension Clipping {
    /// The gradients after clipping; by norm, the norm of all of them together (Pascanu et al. 2013, algorithm 1).
    package func applied(to gradients: [Tensor]) -> [Tensor] {
        switch self {
        case .norm(let limit):
            let norm = gradients.map(\.norm).norm
            guard norm > limit else { return gradients }
            let factor = limit / norm
            return gradients.map { Tensor(shape: $0.shape, scalars: $0.scalars.map { $0 * factor }) }
        case .value(let limit):
            return gradients.map { Tensor(shape: $0.shape, scalars: $0.scalars.map { clamp($0, to: limit) }) }
        }
    }

    private func clamp(_ x: Double, to limit: Double) -> Double { x > limit ? limit : x < -limit ? -limit : x }
}

extension Optimizer {
    /// The links that turn gradients into what is added to the parameters.
    package var chain: [GradientTransform] {
        let descend = GradientTransform.scale(-learningRate)
        return switch kind {
        case .sgd: [descend]
        case .momentum(let momentum): [.momentum(momentum), descend]
        case .nesterov(let momentum): [.lookAhead(momentum), descend]
        case .rmsprop(let decay, let epsilon): [.divideByRootMeanSquare(decay: decay, epsilon: epsilon), descend]
        case .adagrad(let epsilon): [.divideByRootSum(epsilon: epsilon), descend]
        case .adam(let beta1, let beta2, let epsilon):
            [.adaptMoments(beta1: beta1, beta2: beta2, epsilon: epsilon), descend]
        }
    }
}

/// A chain of links with what each remembers.
package struct GradientChain: Hashable, Sendable {
    package let links: [GradientTransform]
    package private(set) var states: [GradientTransform.State] = []

    package init(_ links: [GradientTransform]) { self.links = links }

    /// What each link makes of the gradients, in order; the last is what is added to the parameters.
    package mutating func applied(to gradients: [Tensor]) -> [[Tensor]] {
        if states.isEmpty { states = links.map { _ in GradientTransform.State(for: gradients) } }
        var stages: [[Tensor]] = []
        for (index, link) in links.enumerated() {
            stages.append(link.applied(to: stages.last ?? gradients, &states[index]))
        }
        return stages
    }
}

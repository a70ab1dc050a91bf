package import Autodiff
import Foundation

/// One link of the chain that turns gradients into changes of the parameters.
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
    /// m ← β₁m + (1−β₁)g, s ← β₂s + (1−β₂)g², then m̂/(√ŝ + ε), both with bias correction (Adam: Kingma & Ba 2015).
    case adaptMoments(beta1: Double, beta2: Double, epsilon: Double)
    case scale(Double)
}

extension GradientTransform {
    /// A link's state between steps, for each parameter.
    package struct State: Hashable, Sendable {
        /// The velocity, or the first moment.
        package var first: [Tensor]
        /// The mean or the sum of squares.
        package var second: [Tensor]
        /// The number of steps taken.
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

    /// - Parameter gradients: those of all parameters.
    package func applied(to gradients: [Tensor], _ state: inout State) -> [Tensor] {
        if case .clip(let clipping) = self { return clipping.applied(to: gradients) }
        state.steps += 1
        return gradients.indices.map { k in
            var changed = gradients[k]
            var entries = changed.scalars.mutableSpan
            apply(to: &entries, of: k, &state)
            return changed
        }
    }

    /// Transforms one parameter's gradient in place, for every link but clipping, which needs all of them.
    /// - Parameter state: its count of steps includes this one.
    package func apply(to g: inout MutableSpan<Double>, of parameter: Int, _ state: inout State) {
        // Scaling has no state.
        if case .scale(let factor) = self {
            for i in g.indices { g[i] = factor * g[i] }
            return
        }
        g.withUnsafeMutableBufferPointer { g in
            state.first[parameter].scalars.withUnsafeMutableBufferPointer { first in
                state.second[parameter].scalars.withUnsafeMutableBufferPointer { second in
                    precondition(g.count == first.count && g.count == second.count)
                    apply(to: g, first, second, step: Double(state.steps))
                }
            }
        }
    }

    /// On raw memory: bounds checks for each entry would keep the compiler from vectorizing.
    /// - Precondition: all buffers have the same count.
    private func apply(
        to g: UnsafeMutableBufferPointer<Double>, _ first: UnsafeMutableBufferPointer<Double>, _ second: UnsafeMutableBufferPointer<Double>,
        step: Double
    ) {
        switch self {
        case .clip, .scale: break
        case .momentum(let momentum):
            for i in g.indices {
                first[i] = momentum * first[i] + g[i]
                g[i] = first[i]
            }
        case .lookAhead(let momentum):
            for i in g.indices {
                first[i] = momentum * first[i] + g[i]
                g[i] = g[i] + momentum * first[i]
            }
        case .divideByRootMeanSquare(let decay, let epsilon):
            for i in g.indices { second[i] = decay * second[i] + (1 - decay) * g[i] * g[i] }
            divide(g, byRootsOf: second, plus: epsilon)
        case .divideByRootSum(let epsilon):
            for i in g.indices { second[i] += g[i] * g[i] }
            divide(g, byRootsOf: second, plus: epsilon)
        case .adaptMoments(let beta1, let beta2, let epsilon):
            let (firstShare, secondShare) = (1 - pow(beta1, step), 1 - pow(beta2, step))
            for i in g.indices {
                first[i] = beta1 * first[i] + (1 - beta1) * g[i]
                second[i] = beta2 * second[i] + (1 - beta2) * g[i] * g[i]
                g[i] = first[i] / firstShare
            }
            divide(g, byRootsOf: second, share: secondShare, plus: epsilon)
        }
    }
}

extension Clipping {
    /// The gradients after clipping; by norm, that of all of them together (Pascanu et al. 2013, algorithm 1).
    package func applied(to gradients: [Tensor]) -> [Tensor] {
        let norm = gradients.map(\.norm).norm
        return gradients.map {
            var clipped = $0
            var entries = clipped.scalars.mutableSpan
            apply(to: &entries, norm: norm)
            return clipped
        }
    }

    /// Clips one parameter's gradient in place.
    /// - Parameter norm: the norm of all gradients together.
    package func apply(to g: inout MutableSpan<Double>, norm: Double) {
        switch self {
        case .norm(let limit):
            guard norm > limit else { return }
            let factor = limit / norm
            for i in g.indices { g[i] *= factor }
        case .value(let limit):
            for i in g.indices { g[i] = g[i] > limit ? limit : g[i] < -limit ? -limit : g[i] }
        }
    }
}

extension Optimizer {
    /// The links that turn gradients into the changes that are added to the parameters.
    package var chain: [GradientTransform] {
        let descend = GradientTransform.scale(-learningRate)
        return switch kind {
        case .sgd: [descend]
        case .momentum(let momentum): [.momentum(momentum), descend]
        case .nesterov(let momentum): [.lookAhead(momentum), descend]
        case .rmsprop(let decay, let epsilon): [.divideByRootMeanSquare(decay: decay, epsilon: epsilon), descend]
        case .adagrad(let epsilon): [.divideByRootSum(epsilon: epsilon), descend]
        case .adam(let beta1, let beta2, let epsilon), .adamw(let beta1, let beta2, let epsilon, _):
            [.adaptMoments(beta1: beta1, beta2: beta2, epsilon: epsilon), descend]
        }
    }
}

extension Optimizer {
    /// The fraction by which weight decay shrinks every weight in a step, whatever its gradient.
    package var shrinkage: Double {
        switch kind {
        case .adamw(_, _, _, let weightDecay): learningRate * weightDecay
        case .sgd, .momentum, .nesterov, .rmsprop, .adagrad, .adam: 0
        }
    }
}

extension GradientTransform.State {
    package subscript(memory: Optimizer.Memory) -> [Tensor] {
        switch memory {
        case .velocity, .firstMoment: first
        case .squares, .secondMoment: second
        }
    }
}

extension Tensor {
    var negated: Tensor { Tensor(shape: shape, scalars: scalars.map { -$0 }) }

    /// Shrinks by weight decay, then adds `change`.
    package mutating func move(by change: Tensor, shrinkage: Double) {
        if shrinkage != 0 { for i in scalars.indices { scalars[i] *= 1 - shrinkage } }
        add(change)
    }
}

/// A chain of links with their states.
package struct GradientChain: Hashable, Sendable {
    package let links: [GradientTransform]
    package private(set) var states: [GradientTransform.State] = []

    /// - Parameter state: the state of every link before the first step; nil for zeros.
    package init(_ links: [GradientTransform], state: GradientTransform.State? = nil) {
        self.links = links
        if let state { states = links.map { _ in state } }
    }

    /// Begins a step in which parameters are updated one by one.
    mutating func begin() { for index in states.indices { states[index].steps += 1 } }

    /// The change of one parameter for its gradient, in the step that was begun.
    /// - Precondition: no link clips.
    mutating func applied(to gradient: Tensor, of parameter: Int) -> Tensor {
        var changed = gradient
        var entries = changed.scalars.mutableSpan
        for (index, link) in links.enumerated() { link.apply(to: &entries, of: parameter, &states[index]) }
        return changed
    }

    /// The output of each link, in order; the last is added to the parameters.
    package mutating func applied(to gradients: [Tensor]) -> [[Tensor]] {
        if states.isEmpty { states = links.map { _ in GradientTransform.State(for: gradients) } }
        var stages: [[Tensor]] = []
        for (index, link) in links.enumerated() {
            stages.append(link.applied(to: stages.last ?? gradients, &states[index]))
        }
        return stages
    }
}

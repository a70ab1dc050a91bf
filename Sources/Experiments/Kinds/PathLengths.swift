package import Autodiff
import BigInt
package import Forms
import NeuralNetworks

/// How the gradient at the input of a residual network splits over the paths back to it, by how many of the branches F they go through
/// rather than skip (Veit et al. 2016).
///
/// Each of `depth` blocks computes h ← h + F(h), so there are 2ⁿ paths, of which n over k go through k branches. The gradient through all
/// paths with the same k is one tensor Gₖ, and ΣGₖ = ∂L/∂h₀: for a block, Gₖ ← Gₖ + (∂F/∂h)ᵀGₖ₋₁. Each is measured by its component in the
/// direction of the gradient g = ∂L/∂h₀, signed: ⟨Gₖ, g⟩/‖g‖.
package struct PathLengths: DeepMeasurement {
    package var stack: DeepStack

    /// Makes every variant residual.
    package init(_ stack: DeepStack) {
        self.stack = stack
        for index in stack.variants.indices { self.stack.variants[index].residual = true }
    }

    /// The split of one variant; entry k belongs to the paths through k branches.
    package struct Split: Hashable, Sendable {
        package var name: String
        /// The exact number of paths, in decimal digits.
        package var paths: [String]
        /// As fractions of all paths.
        package var pathShares: [Double]
        /// The mean over seeds; they add up to the norm of the gradient.
        package var sums: [Double]

        /// As fractions of the gradient: they add up to 1, or are all 0 where the gradient vanishes.
        package var shares: [Double] {
            let total = sums.reduce(0, +)
            return sums.map { total == 0 ? 0 : $0 / total }
        }
    }
}

extension PathLengths {
    package func cost() throws(ExperimentError) -> Cost {
        // The pullback of each block is evaluated once for every k up to its depth.
        try stack.cost().repeated(stack.depth / 2 + 2)
    }

    package func measure() throws(ExperimentError) -> [Split] {
        try cost().checkLimits()
        let depth = stack.depth
        let counts = Self.binomials(depth)
        let all = BigUInt(1) << depth
        let shares = counts.map { Double($0) / Double(all) }
        return try stack.variants.measured(seeds: stack.seeds, from: stack.seed) { (variant, seed) throws(ExperimentError) in
            try sums(of: variant, seed: seed)
        }.map { variant, runs in
            let sums = (0...depth).map { k in runs.reduce(0) { $0 + $1[k] } / Double(max(runs.count, 1)) }
            return Split(name: variant.name, paths: counts.map { "\($0)" }, pathShares: shares, sums: sums)
        }
    }

    package func data(of measured: [Split]) -> MeasuredData {
        MeasuredData(tables: [
            .init(
                "paths", columns: ["variant", "branches", "paths", "sum", "share"],
                rows: measured.flatMap { split in
                    split.sums.indices.map { k in
                        [
                            .text(split.name), .number(Double(k)), .text(split.paths[k]), .number(split.sums[k]),
                            .number(split.shares[k]),
                        ]
                    }
                })
        ])
    }

    /// ⟨Gₖ, g⟩/‖g‖ for each k, of one run.
    private func sums(of variant: Variant, seed: UInt64) throws(ExperimentError) -> [Double] {
        let (parts, gradient) = try parts(of: variant, seed: seed)
        let norm = gradient.norm
        guard norm > 0 else { return parts.map { _ in 0 } }
        // Divide first, since the square of a small norm underflows.
        let direction = gradient.scalars.map { $0 / norm }
        return parts.map { zip($0.scalars, direction).reduce(0) { $0 + $1.0 * $1.1 } }
    }

    /// Gₖ for each k, and the gradient from the backward pass itself.
    func parts(of variant: Variant, seed: UInt64) throws(ExperimentError) -> (parts: [Tensor], gradient: Tensor) {
        var residual = variant
        residual.residual = true
        let lowered = try problem(of: residual, seed: seed).lowered(for: variant)
        let pass = lowered.pass()
        var parts = [pass.gradient(lowered.output)]
        for block in lowered.layers.reversed() {
            guard let branch = block.inner.last?.output else { continue }
            let through = parts.map { pass.pullback($0, from: branch, to: block.input) }
            parts.append(.zeros(parts[0].shape))
            for (k, part) in through.enumerated() { parts[k + 1].add(part) }
        }
        return (parts, pass.gradient(lowered.input))
    }

    /// n over k for k from 0 to n.
    private static func binomials(_ n: Int) -> [BigUInt] {
        var row: [BigUInt] = [1]
        for k in 0..<max(n, 0) { row.append(row[k] * BigUInt(n - k) / BigUInt(k + 1)) }
        return row
    }
}

extension Pass {
    /// (∂output/∂input)ᵀ·upstream, through the operations between the two only.
    func pullback(_ upstream: Tensor, from output: Tape.ID, to input: Tape.ID) -> Tensor {
        var gradients = [output: upstream]
        for id in tape.allIDs[(input.index + 1)...output.index].reversed() {
            guard case .result(let primitive, let operands) = tape[id].origin, let up = gradients[id] else { continue }
            let parts = primitive.rules.pullback(up, operands: operands.map { value($0) }, output: value(id))
            for (operand, part) in zip(operands, parts) {
                guard let part, operand >= input else { continue }
                gradients[operand, default: .zeros(part.shape)].add(part)
            }
        }
        return gradients[input] ?? .zeros(tape[input].shape)
    }
}

extension PathLengths {
    package static let form = lessonForm(
        "path-lengths", about: "how the gradient of a residual network splits over paths, by the branches that they go through",
        keys: DeepStack.keys(depth: 16, width: 16, batch: 32, seeds: 8),
        variants: variant(
            ["activation", "initializer", "normalization"],
            own: [.init("residual", .truth, .standard("true"), "each layer adds its input: always so here")]))

    package static func read(_ fields: Fields, by reader: ExperimentReader) -> PathLengths? {
        // The pullback of each block is evaluated once for every number of branches after it.
        DeepStack(fields, by: reader, rounds: { [$0] }) { variant, fields in
            guard !variant.residual, let located = fields.located("residual") else { return }
            reader.findings.error(at: located, "a network that skips nothing has one path", expected: "residual: true")
        }.map { PathLengths($0) }
    }
}

import Foundation

/// Compares gradients with finite differences of the function itself.
package struct GradientCheck: Sendable {
    /// One scalar whose gradient was compared.
    package struct Place: Hashable, Sendable {
        package let tensor: String
        package let index: [Int]
        package let gradient: Double
        /// The slope estimated from finite differences, and the estimate's error.
        package let difference: Double
        package let uncertainty: Double
        /// |gradient − difference| divided by the allowed error: above 1 the check fails.
        package let excess: Double
    }

    /// How many gradients there are, and how many of them were compared: a sample where comparing all would take too long.
    package private(set) var scalars = 0
    package private(set) var compared = 0
    /// Scalars at a kink of the function where the gradient is one of the one-sided slopes or lies between them. Where several kinks and
    /// ties meet, the product of their conventions may lie beyond both slopes.
    package private(set) var kinks: [Place] = []
    /// Scalars whose gradient is hidden by rounding: the differences are 0 or noise and would agree with any gradient as small, or steps
    /// wide enough to rise above the noise reach across a kink.
    package private(set) var unseen: [Place] = []
    /// Scalars along which the result changes too fast for any representable step: the differences do not converge to a slope.
    package private(set) var steep: [Place] = []
    package private(set) var failures: [Place] = []
    package private(set) var worst: Place?

    package var passed: Bool { failures.isEmpty }

    /// How many gradients the differences confirm.
    package var agreed: Int { compared - unseen.count - steep.count - failures.count }
}

extension GradientCheck {
    /// The default limit on the work, a few seconds, in products of dense layers.
    package static let budget = 15_000_000_000

    /// Compares the gradients of the given sources, entry by entry, or a sample of the entries of each.
    ///
    /// Central differences are extrapolated to step 0 by Ridders' method, which also estimates their error. Each gradient is judged by the
    /// resolution of its own differences, whatever the size of the other gradients.
    /// - Parameter gradient: the gradient to check of each source; nil for the pass's own gradients.
    /// - Parameter budget: the limit on the work of all evaluations together; exceeded only where a single comparison takes more.
    package init(
        _ pass: Pass, of sources: [Tape.ID], gradient: ((Tape.ID) -> Tensor)? = nil, budget: Int = Self.budget
    ) {
        let gradients = sources.map { gradient?($0) ?? pass.gradient($0) }
        scalars = gradients.reduce(0) { $0 + $1.count }
        let affordable = max(1, budget / pass.tape.workOfComparing)
        let used = pass.tape.upstream(of: pass.result)
        var values = pass.values
        let ambiguous = pass.ambiguous
        let noise = pass.noise
        for (place, (source, gradient)) in zip(sources, gradients).enumerated() {
            let entries = sample(of: gradient.count, tensor: place, of: sources.count, affordable: affordable)
            guard !entries.isEmpty else { continue }
            guard used[source.index] else {
                // The result does not depend on this source, so nothing need be evaluated.
                for entry in entries { recordUnused(gradient.scalars[entry], pass.tape[source], entry) }
                continue
            }
            let downstream = pass.tape.downstream(of: source)
            for entry in entries {
                let slope = Slope(pass, source, entry, downstream: downstream, values: &values, gradient: gradient.scalars[entry])
                record(
                    slope, gradient: gradient.scalars[entry], tensor: pass.tape[source].name,
                    index: pass.tape[source].shape.index(ofFlat: entry), noise: noise,
                    conventions: {
                        guard !ambiguous.isEmpty else { return 0 }
                        let x = values[source.index].scalars[entry]
                        values[source.index].scalars[entry] = x + max(abs(x), 1) * 1e-8
                        pass.tape.reevaluate(&values, downstream: downstream, of: source)
                        let count = pass.ambiguities(in: ambiguous, leftBy: values)
                        values[source.index].scalars[entry] = x
                        pass.tape.reevaluate(&values, downstream: downstream, of: source)
                        return count
                    },
                    addends: { pass.contributions(to: source, entry).reduce(0) { $0 + abs($1.product) } })
            }
        }
    }

    /// The entries of a tensor to compare: all, or as many as its share of the affordable ones, one at a pseudo-random position in each of
    /// that many equal stretches. Where not even one entry of each tensor can be afforded, evenly spaced tensors get one.
    private func sample(of count: Int, tensor: Int, of tensors: Int, affordable: Int) -> [Int] {
        guard scalars > affordable, count > 0 else { return Array(0..<count) }
        guard tensors <= affordable else {
            return tensor * affordable / tensors < (tensor + 1) * affordable / tensors ? [count / 2] : []
        }
        let share = Double(affordable - tensors) / Double(scalars)
        let stretches = min(count, 1 + Int(Double(count) * share))
        return (0..<stretches).map { stretch in
            let start = count * stretch / stretches
            let length = count * (stretch + 1) / stretches - start
            return start + Int(truncatingIfNeeded: (UInt64(stretch) &+ 1) &* 0x9E37_79B9_7F4A_7C15 >> 33) % length
        }
    }

    private mutating func recordUnused(_ gradient: Double, _ source: Tape.Entry, _ entry: Int) {
        compared += 1
        let place = Place(
            tensor: source.name, index: source.shape.index(ofFlat: entry), gradient: gradient, difference: 0, uncertainty: 0,
            excess: gradient == 0 ? 0 : .infinity)
        if gradient != 0 { failures.append(place) }
        if worst.map({ $0.excess < place.excess }) ?? true { worst = place }
    }

    /// - Parameters:
    ///   - noise: what a gradient may be that is 0 in exact arithmetic.
    ///   - conventions: how many kinks and ties on the way to the result a move of the scalar leaves.
    ///   - addends: the sum of the magnitudes of the terms that add up to the gradient.
    private mutating func record(
        _ slope: Slope, gradient: Double, tensor: String, index: [Int], noise: Double, conventions: () -> Int, addends: () -> Double
    ) {
        compared += 1
        // A gradient of 0 can be confirmed where the result visibly changes to both sides by the same amount.
        let greater = gradient == 0 ? max(abs(slope.central), slope.motion) : max(abs(gradient), abs(slope.central))
        let tolerated = 1e-6 * max(abs(gradient), abs(slope.central))
        let doubt = 20 * slope.uncertainty
        let allowed = max(tolerated, doubt)
        let distance = abs(gradient - slope.central)
        let place = Place(
            tensor: tensor, index: index, gradient: gradient, difference: slope.central,
            uncertainty: slope.uncertainty,
            excess: distance == 0 ? 0 : distance.isFinite ? distance / max(allowed, .leastNormalMagnitude) : .infinity)
        switch slope.kink(atGradient: gradient) {
        case .here: return kinks.append(place)
        case .besideInNoise: return unseen.append(place)
        case nil: break
        }
        if place.excess > 1 {
            let count = gradient.isFinite ? conventions() : 0
            if count > 1 || count == 1 && slope.liesBetweenSides(gradient) { return kinks.append(place) }
            // Terms that cancel leave their rounding, which a difference need not see.
            if abs(gradient) <= noise, slope.isHidden { return unseen.append(place) }
            // A gradient that is not finite is wrong, however steep the function.
            if gradient.isFinite, !slope.isResolved { return steep.append(place) }
            failures.append(place)
        } else if doubt > (distance <= tolerated ? 0.1 : 1e-3) * greater, !cancels(gradient, addends(), doubt) {
            // With so large an error the differences would confirm a different gradient as well. Beside a kink that leaves the slopes on both
            // sides alike, such as two conventions that cancel, they shrink with the step and so lie in the noise.
            if conventions() > 0 { return kinks.append(place) }
            return slope.isNoisy ? unseen.append(place) : steep.append(place)
        }
        if worst.map({ $0.excess < place.excess }) ?? true { worst = place }
    }
}

/// Whether a gradient is the rounding error of terms that cancel and are far larger than its uncertainty, as for a bias before a
/// normalization.
private func cancels(_ gradient: Double, _ addends: Double, _ doubt: Double) -> Bool {
    abs(gradient) <= 1e-13 * addends && doubt <= 1e-3 * addends
}

extension Tape {
    /// The work of one comparison, in products of a dense layer, which are ten times as fast as others: about 25 evaluations and 10
    /// estimates of the rounding error, for which all products cost the same. Each operation adds a fixed cost, however small it is.
    fileprivate var workOfComparing: Int {
        let work = entries.reduce(0) { work, entry in
            guard case .result(let primitive, let operands) = entry.origin else { return work }
            let products = primitive.rules.products(for: operands.map { entries[$0.index].shape })
            let isDense = primitive.rules.isMatrixProduct
            return work.saturatingPlus(products.saturatingTimes(isDense ? 25 + 100 : 250 + 100)).saturatingPlus(25 * 5_000)
        }
        // Finding what depends on a tensor visits all entries.
        return work.saturatingPlus(entries.count.saturatingTimes(2_500))
    }
}

extension Pass {
    /// The effect of rounding on the result when one entry of a source is moved, to first order: the root of the sum of squares of the
    /// effects of rounding each value that the move changes, and each sum that makes up such a value. It is 0 where the move changes
    /// nothing that is rounded, as in the flat half of relu or in a product with 0.
    /// - Parameter moved: the values after the move.
    fileprivate func rounding(afterMoving source: Tape.ID, _ entry: Int, downstream: [Bool], _ moved: [Tensor]) -> Double {
        var changed = [[Bool]?](repeating: nil, count: tape.entries.count)
        changed[source.index] = values[source.index].scalars.indices.map { $0 == entry }
        var sum = 0.0
        for index in source.index + 1..<max(result.index + 1, source.index + 1) where downstream[index] {
            guard case .result(let primitive, let operands) = tape.entries[index].origin else { continue }
            let moves = operands.map { changed[$0.index] }
            guard moves.contains(where: { $0 != nil }) else { continue }
            let before = values[index].scalars
            let own = zip(before, moved[index].scalars).map { $0 != $1 }
            if own.contains(true) { changed[index] = own }
            // A copy rounds nothing.
            if case .copying = primitive { continue }
            let shapes = operands.map { tape[$0].shape }
            var reached = [Bool](repeating: false, count: before.count)
            var left = before.count
            search: for (operand, moves) in moves.enumerated() {
                guard let moves else { continue }
                for entry in moves.indices where moves[entry] {
                    for place in primitive.rules.reach(of: entry, operand: operand, operands: shapes, output: tape.entries[index].shape)
                    where !reached[place] {
                        reached[place] = true
                        left -= 1
                    }
                    if left == 0 { break search }
                }
            }
            let gradient = gradient(Tape.ID(index: index)).scalars
            let rules = primitive.rules
            (operands.map { value($0) } + [values[index]]).withViews { views in
                let inputs = Array(views.dropLast())
                for place in reached.indices where reached[place] && gradient[place] != 0 {
                    var addends = Magnitude()
                    var isMoved = own[place]
                    rules.localDerivatives(of: place, operands: inputs, output: views[inputs.count]) { operand, first, locals in
                        for (entry, local) in zip(first..., locals) {
                            addends.add(local * inputs[operand][entry])
                            if !isMoved, local != 0 { isMoved = moves[operand]?[entry] ?? false }
                        }
                    }
                    guard isMoved else { continue }
                    let size = max(abs(before[place]), addends.value) * abs(gradient[place]) * 1.1e-16
                    if size.isFinite { sum = hypot(sum, size) }
                }
            }
        }
        return min(sum, .greatestFiniteMagnitude)
    }
}

/// The root of a sum of squares. `hypot` does the same, without overflow, but takes ten times as long.
private struct Magnitude {
    private var squares = 0.0
    /// The root of the sum of those squares that would overflow or underflow.
    private var rest = 0.0

    mutating func add(_ x: Double) {
        let size = abs(x)
        if size == 0 || size > 1e-140 && size < 1e140 { squares += size * size } else { rest = hypot(rest, size) }
    }

    var value: Double { rest == 0 ? squares.squareRoot() : hypot(squares.squareRoot(), rest) }
}

/// The slope of the result with respect to one scalar, from finite differences.
private struct Slope {
    var central: Double { best.value }
    var uncertainty: Double { best.error }
    /// Whether the differences converge to a slope: another step gives the same one, or all of them are mere rounding.
    let isResolved: Bool
    /// Whether most of the uncertainty comes from rounding, or all differences are mere rounding.
    var isNoisy: Bool { best.isFlat || best.error <= 2 * best.noise || isResolved }
    /// Whether the differences are 0 or mere rounding.
    var isHidden: Bool { best.isFlat || abs(best.value) <= best.error }
    /// The larger of the two one-sided slopes of the best step, in magnitude.
    var motion: Double { best.motion }
    private let best: SlopeEstimate
    /// The slopes to both sides over the smallest step, and over a wider one where rounding hides those.
    private let sides: [Sides]

    /// The slopes to the left and to the right.
    private struct Sides {
        let left: Double
        let right: Double
        /// |right − left| over a wider step.
        let widerSpread: Double
        /// The effect of rounding on `left` and `right`.
        let noise: Double
    }

    init(_ pass: Pass, _ source: Tape.ID, _ entry: Int, downstream: [Bool], values: inout [Tensor], gradient: Double) {
        let x = values[source.index].scalars[entry]
        func result(at moved: Double) -> Double {
            values[source.index].scalars[entry] = moved
            pass.tape.reevaluate(&values, downstream: downstream, of: source)
            return values[pass.result.index].scalars[0]
        }
        func roundings(over step: Double) -> Double {
            [x + step, x - step].reduce(0) { most, moved in
                _ = result(at: moved)
                return max(most, pass.rounding(afterMoving: source, entry, downstream: downstream, values))
            }
        }
        let here = pass.value(pass.result).scalars[0]
        func estimate(from step: Double) -> SlopeEstimate {
            SlopeEstimate(from: step, at: x, here: here, noise: roundings(over: step), result)
        }
        let size = max(abs(x), 1)
        // Smaller first steps are for functions with poles, kinks or waves near by.
        var best = SlopeEstimate()
        var estimates: [SlopeEstimate] = []
        for step in [size * 0.02, abs(x) * 0.02, size * 2e-5, size * 2e-8] where step > 0 {
            let found = estimate(from: step)
            estimates.append(found)
            if found.isBetter(than: best) { best = found }
            if found.error <= max(1e-8 * abs(found.value), 4 * max(found.rounding, found.noise)) { break }
        }
        var isResolved = true
        // A slope that contradicts the gradient needs more steps: differences of a wave may look like a slope.
        let isDoubtful = abs(gradient - best.value) > 1e-6 * max(abs(gradient), abs(best.value)) || !best.hasConverged
        if isDoubtful, !best.isFlat {
            for step in [size * 2e-11, size * 2e-13, abs(x) * 2e-5, abs(x) * 2e-8, size * 4e-4, size * 4e-7] where step > 0 {
                estimates.append(estimate(from: step))
            }
            estimates.sort { $0.step < $1.step }
            // The differences converge to the slope as the step shrinks: take the smallest step that sees a slope on which another step
            // agrees. So uncertain a one that any slope would agree is the last choice.
            let confirmed = estimates.filter { found in
                found.isSound && estimates.contains { $0.step != found.step && found.agrees(with: $0) }
            }
            if let nearest = confirmed.first(where: { $0.isSure(beside: best) }) ?? confirmed.first {
                best = nearest
                for found in estimates where found.isSound && nearest.agrees(with: found) && found.error < best.error { best = found }
                isResolved = !estimates.contains { $0.step < best.step && $0.contradicts(best) }
            } else {
                isResolved = false
            }
        }
        self.best = best
        self.isResolved = isResolved
        func sides(over step: Double, wider: Double, noise: Double) -> Sides {
            func slopes(over step: Double) -> (left: Double, right: Double) {
                ((here - result(at: x - step)) / (x - (x - step)), (result(at: x + step) - here) / ((x + step) - x))
            }
            let (near, wide) = (slopes(over: step), slopes(over: wider * step))
            return Sides(left: near.left, right: near.right, widerSpread: abs(wide.right - wide.left), noise: noise / step)
        }
        let near = size * 1e-8
        var all = [sides(over: near, wider: 100, noise: abs(here) * 4e-16)]
        // Steps over which rounding changes the slope by a thousandth.
        let rounding = roundings(over: size * 0.02)
        let seen = 1e4 * rounding / max(abs(gradient), abs(best.value))
        if isDoubtful, seen > near, seen <= size * 0.05 { all.append(sides(over: seen, wider: 10, noise: 4 * rounding)) }
        self.sides = all
        _ = result(at: x)
    }

    enum Kink {
        case here
        /// So near that steps wide enough to rise above the rounding reach across it.
        case besideInNoise
    }

    func kink(atGradient gradient: Double) -> Kink? {
        if hasKink(between: sides[0], atGradient: gradient) { return .here }
        return sides.dropFirst().contains { hasKink(between: $0, atGradient: gradient) } ? .besideInNoise : nil
    }

    /// Whether the gradient is one of the slopes over the smallest step, or lies between them.
    func liesBetweenSides(_ gradient: Double) -> Bool {
        let (left, right) = (sides[0].left, sides[0].right)
        let slack = 1e-3 * abs(right - left)
        return gradient >= min(left, right) - slack && gradient <= max(left, right) + slack
    }

    /// Whether the slopes on both sides differ by far more than those of a smooth function, with the gradient in between.
    private func hasKink(between sides: Sides, atGradient gradient: Double) -> Bool {
        let (left, right, noise) = (sides.left, sides.right, sides.noise)
        let spread = abs(right - left)
        guard spread > 1e-3 * max(abs(left), abs(right)), spread > 20 * noise else { return false }
        // The effect of curvature on the slopes grows with the step; that of a kink does not.
        guard sides.widerSpread < 2 * spread else { return false }
        let slack = 1e-3 * spread
        // At a kink the central difference is the mean of both slopes. Next to a pole or in a wave, whose slopes here are those of chords,
        // it is not.
        guard abs(central - (left + right) / 2) <= slack + 2 * noise + 20 * uncertainty else { return false }
        return gradient >= min(left, right) - slack && gradient <= max(left, right) + slack
    }
}

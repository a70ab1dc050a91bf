import Autodiff
package import NeuralNetworks
import Notation
package import Traces

extension Mistake {
    /// A sentence that describes the mistake.
    package var words: String {
        switch self {
        case .missingActivationDerivative: "The derivative of each activation is left out, as if it were 1."
        case .derivativeAtOutput: "The derivative of each activation is evaluated at its output, f′(f(z)), instead of at its input, f′(z)."
        case .overwriteAtForks:
            "Where a value is used several times, the gradient of one use replaces those of the others instead of being added to them."
        case .missingSkip:
            "A residual block passes back only the gradient through its inner layers; the gradient through the skip is left out."
        case .transposedWeight: "The gradient is multiplied by a square weight matrix as it stands instead of by its transpose."
        case .constantStatistics:
            "The mean and the variance of a normalization are treated as constants, although they depend on its input."
        case .softmaxElementwise:
            "The softmax is differentiated entry by entry, as p(1 − p), as if each probability depended only on its own score."
        case .sumForMean: "The loss is a mean, but its gradient is taken as that of a sum."
        case .missingTwo: "The derivative of (y − t)² is taken as y − t; the factor 2 is left out."
        case .undroppedBackward: "Dropout’s mask and scale are applied in the forward pass but not in the backward pass."
        case .wrongSign: "The update adds the gradient instead of subtracting it."
        case .updatedWeights:
            "Each layer’s weights are updated during the backward pass, and the gradient flows through the new weights to the layers below."
        case .accumulatedGradients: "Gradients are not reset to 0 between steps, so that those of earlier steps are added."
        }
    }

    /// The symptoms by which the mistake is recognized.
    func telltale(in setting: MistakeSetting) -> String {
        let scale =
            setting.hidesScale ? " The optimizer hides it: its steps hardly depend on the gradient’s scale." : " Adam would hide it."
        switch self {
        case .missingActivationDerivative:
            let sigmoid = setting.functions.contains(.sigmoid) ? ", 4 or more for σ" : ""
            return "Along each path the gradient is off by the factor 1/f′ of every activation on it\(sigmoid)"
                + (setting.shrinks ? ", so that the error grows toward the input." : ".")
                + (setting.hasReLU ? " Below ReLU, units that should get no gradient get one." : "")
        case .derivativeAtOutput:
            return "Along each path the gradient is off by the factor f′(f(z))/f′(z) of every activation on it"
                + (setting.shrinks ? ": near 1 for small |z|, large where a unit saturates." : ".")
                + (setting.hasReLU ? " ReLU hides it." : "")
        case .overwriteAtForks:
            return
                "From the result back to the fork all gradients are right. At the fork only one summand is kept, and each gradient "
                + "computed from that sum is wrong too."
        case .missingSkip:
            return "The weights inside the last block are right. The gradient of a block’s input lacks one summand, "
                + (setting.hasProjectedSkip ? "what comes back through the skip" : "the gradient of the block’s output")
                + ": through many blocks it vanishes as without skips."
        case .transposedWeight:
            return "The gradient of the last square weight matrix is right. Those of the layers below have wrong sizes and signs, with no "
                + "common ratio. A square matrix raises no error of shapes, and a symmetric one hides the mistake."
        case .constantStatistics:
            let isOfSquares = setting.normalizations.map { $0 == .rootMeanSquare }
            let sum =
                !isOfSquares.contains(true)
                ? "The gradients of the inputs of a normalized group should sum to 0 and do not."
                : !isOfSquares.contains(false)
                    ? "The gradients of a group’s inputs, each times its input, should sum to nearly 0 and do not."
                    : "The gradients of the inputs of a normalized group should sum to 0 and do not (of RMS norm, the gradients times the inputs)."
            return "The scale and the shift of the last normalization are right. " + sum
        case .softmaxElementwise:
            return "The gradients of the scores should sum to 0 and do not."
                + (setting.readsOneProbability
                    ? " The loss reads only the target’s probability, so that all other scores get no gradient." : "")
        case .sumForMean:
            let count = Numeral(setting.divisor).text
            return setting.hasPenalty
                ? "The loss’s own gradient is \(count) times too large, by the number of terms in the mean. The penalty’s share is right, so that "
                    + "the ratio of a weight with a penalty is another."
                : "Every gradient is too large by the same factor: \(count), the number of terms in the mean." + scale
        case .missingTwo:
            return
                (setting.hasPenalty
                ? "The loss’s own gradient is half as large. The penalty’s share is right, so that the ratio of a weight with a penalty is another."
                : "Every gradient is half as large, as if the learning rate were halved." + scale) + " A loss with ½ has no 2 to forget."
        case .undroppedBackward:
            return "At the dropout layer, dropped units get a gradient where 0 is right, and kept units get 1 − rate times theirs."
        case .wrongSign:
            return setting.isPlain
                ? "Each parameter moves as far as it should, in the opposite direction."
                : "The gradients of the first step are right, but its update goes uphill: it adds what it should subtract."
        case .updatedWeights:
            return
                "The last layer is right. In the layers before it, the larger the learning rate, the larger the error: a small rate hides it."
        case .accumulatedGradients:
            return "The first step is right. From the second on, each gradient is a running sum"
                + (setting.hidesScale ? "." : ", as if the learning rate grew from step to step.")
        }
    }

    /// Why a lesson gives it no place.
    fileprivate var absence: String {
        switch self {
        case .missingActivationDerivative, .derivativeAtOutput: "there is no activation whose derivative is taken"
        case .overwriteAtForks: "no value is used several times"
        case .missingSkip: "there is no residual block"
        case .transposedWeight: "there is no dense layer with a square weight"
        case .constantStatistics: "there is no normalization"
        case .softmaxElementwise: "there is no softmax besides the one in a loss"
        case .sumForMean: "there is no loss that is a mean"
        case .missingTwo: "the loss is no (y − t)² without ½"
        case .undroppedBackward: "there is no dropout"
        case .wrongSign: "there is no optimizer"
        case .updatedWeights: "there is no optimizer, no layers, or clipping by norm"
        case .accumulatedGradients: "there are not several steps"
        }
    }

    /// Whether a comparison with central differences finds the mistake.
    func checkSentence(right: [Tensor], wrong: [Tensor], noise: Double) -> String {
        if self == .wrongSign || self == .accumulatedGradients {
            return "A gradient check does not find it: each backward pass by itself is right."
        }
        let errors = zip(right, wrong).map { right, wrong in
            let least = max(1e-3 * (right.scalars.map(\.magnitude).max() ?? 0), noise)
            let relative = zip(right.scalars, wrong.scalars).map { (right: Double, wrong: Double) -> Double in
                abs(right - wrong) / max(abs(right), least)
            }
            return relative.max() ?? 0
        }
        let error = errors.max() ?? 0
        // Central differences are about as accurate as this.
        if error.isNaN || error > 1e-4 {
            return self == .updatedWeights
                ? "A gradient check finds it if it runs the code that also updates." : "A gradient check finds it."
        }
        return error == 0
            ? "A gradient check does not find it here."
            : "A gradient check finds it only with a relative tolerance below about \(Numeral(error, digits: 1).text)."
    }

    /// The usual wrong line of code, and the correct one.
    package var code: (wrong: String, right: String) {
        switch self {
        case .missingActivationDerivative: ("dz = da", "dz = da * f_prime(z)")
        case .derivativeAtOutput: ("dz = da * f_prime(a)", "dz = da * f_prime(z)")
        case .overwriteAtForks: ("x.grad = upstream * local", "x.grad += upstream * local")
        case .missingSkip: ("dx = backward_inner(dy)", "dx = backward_inner(dy) + dy")
        case .transposedWeight: ("dx = W @ delta", "dx = W.T @ delta")
        case .constantStatistics: ("dx = dxhat / std", "dx = (dxhat - dxhat.mean() - xhat * (dxhat * xhat).mean()) / std")
        case .softmaxElementwise: ("dz = dp * p * (1 - p)", "dz = p * (dp - (dp * p).sum())")
        case .sumForMean: ("dy = d_loss(y, t)", "dy = d_loss(y, t) / n")
        case .missingTwo: ("dy = y - t", "dy = 2 * (y - t)")
        case .undroppedBackward: ("dx = dy", "dx = dy * mask / (1 - rate)")
        case .wrongSign: ("w += rate * g", "w -= rate * g")
        case .updatedWeights: ("W -= rate * dW; dx = W.T @ delta", "dx = W.T @ delta; W -= rate * dW")
        case .accumulatedGradients: ("loss.backward(); optimizer.step()", "optimizer.zero_grad(); loss.backward(); optimizer.step()")
        }
    }
}

extension MistakeReport {
    /// The report for people: each mistake, its effect, and its symptoms; and which mistakes have none.
    package func text(of trace: Trace) -> String {
        let setting = MistakeSetting(trace)
        let told = entries.map { text(of: $0, setting) }
        let absent = Mistake.allCases.filter { mistake in !entries.contains { $0.mistake == mistake } }
        let others = absent.map { mistake in
            let hasPlace = mistake == .sumForMean ? setting.divisor != 1 : MistakenTrace(trace, mistake) != nil
            let reason = hasPlace ? "it changes no gradient of a parameter and no update" : mistake.absence
            return "\(mistake.rawValue): \(reason).".wrapped(indent: 2)
        }
        guard !told.isEmpty else { return "None of the classic mistakes changes a number here.\n\n" + others.joined() }
        return (told + (others.isEmpty ? [] : ["Without effect here\n" + others.joined()])).joined(separator: "\n")
    }

    private func text(of entry: Entry, _ setting: MistakeSetting) -> String {
        let mistake = entry.mistake
        let signs = [
            mistake.telltale(in: setting), lossSentence(of: entry.run, setting),
            mistake.checkSentence(right: right.gradients, wrong: entry.run.gradients, noise: right.noise),
        ].map { $0.wrapped(indent: 2) }.joined()
        return "\(mistake.rawValue)\n" + mistake.words.wrapped(indent: 2) + "\n\(numbers(of: entry))\n\(signs)\n"
            + "  in code    \(mistake.code.wrong)\n  should be  \(mistake.code.right)\n"
    }

    private static var mostRows: Int { 8 }

    /// Every wrong number; where these are many, the one of each parameter that is farthest off.
    private func numbers(of entry: Entry) -> String {
        // A step with the wrong sign changes the gradients of the steps after it, but the mistake is the update.
        let ofUpdate = !entry.hasWrongGradient || entry.mistake == .wrongSign
        let (wrongs, rights) = ofUpdate ? (entry.run.updated ?? [], right.updated ?? []) : (entry.run.gradients, right.gradients)
        let places = zip(wrongs, rights).map { $0.places(differingFrom: $1, noise: right.noise) }
        let isShort = places.reduce(0) { $0 + $1.count } <= Self.mostRows
        func distance(_ place: Int, _ index: Int) -> Double { abs(wrongs[place].scalars[index] - rights[place].scalars[index]) }
        let all = places.enumerated().flatMap { place, indices in
            let farthest = indices.max { distance(place, $0) < distance(place, $1) }
            return (isShort ? indices : [farthest].compactMap(\.self)).map { (place, $0) }
        }
        let columns: [(String, TextTable.Alignment)] = [
            (ofUpdate ? "after the update" : "gradient", .left), ("right", .right), ("wrong", .right),
        ]
        var table = TextTable(ofUpdate ? columns : columns + [("wrong/right", .right)])
        for (place, index) in all.prefix(Self.mostRows) {
            let at = rights[place].shape.index(ofFlat: index).map(String.init).joined(separator: ",")
            let (rightly, wrong) = (rights[place].scalars[index], wrongs[place].scalars[index])
            let ratio = rightly == 0 ? "" : Numeral(wrong / rightly, digits: 3).text
            // As many digits as show the difference.
            let digits =
                (Numeral.usualDigits..<Numeral.mostDigits).first {
                    Numeral(rightly, digits: $0) != Numeral(wrong, digits: $0)
                } ?? Numeral.mostDigits
            let row = [
                trainables[place].name + (at.isEmpty ? "" : "[\(at)]"), Numeral(rightly, digits: digits).text,
                Numeral(wrong, digits: digits).text,
            ]
            table.add(ofUpdate ? row : row + [ratio])
        }
        let more = all.count - Self.mostRows
        return table.text.split(separator: "\n").map { "  \($0)\n" }.joined()
            + (isShort ? "" : "  (of each parameter, the number that is farthest off\(more > 0 ? "; \(more) more parameters" : ""))\n")
    }

    private func lossSentence(of run: MistakenRun, _ setting: MistakeSetting) -> String {
        guard let after = run.lossAfter, let rightly = right.lossAfter else {
            return Self.lossSentence(right: right.gradients, wrong: run.gradients)
        }
        return Self.lossSentence(setting, to: after, rightly: rightly, isLonger: Self.isLonger(run.gradients, than: right.gradients))
    }

    /// Whether the gradient of all parameters together is longer.
    static func isLonger(_ wrong: [Tensor], than right: [Tensor]) -> Bool {
        func square(_ tensors: [Tensor]) -> Double { tensors.reduce(0) { $1.scalars.reduce($0) { $0 + $1 * $1 } } }
        return square(wrong) > square(right)
    }

    /// Whether the loss still falls in the lesson's steps. A mistake that happens to lower it more is not recommended by that.
    /// - Parameter isLonger: whether the wrong gradient is longer than the right one.
    static func lossSentence(_ setting: MistakeSetting, to after: Double, rightly: Double, isLonger: Bool) -> String {
        let loss = setting.firstLoss
        let way = after < loss ? "still falls" : after > loss ? "rises" : after == loss ? "stays" : "is lost"
        let steps = setting.steps > 1 ? "In \(setting.steps) steps the loss" : "The loss"
        return "\(steps) \(way), from \(Numeral(loss).text) to \(Numeral(after).text); "
            + "without the mistake it would be \(Numeral(rightly).text)."
            + (after < min(rightly, loss)
                ? isLonger && !setting.hidesScale
                    ? " It falls further because the wrong gradient is larger, as if the learning rate were larger; that makes it no better."
                    : " That it falls further is chance: the gradient is wrong all the same."
                : "")
    }

    /// Whether the loss would still fall, for a lesson without an update: to first order its change is that step times the right gradient.
    static func lossSentence(right: [Tensor], wrong: [Tensor]) -> String {
        let product = zip(right, wrong).reduce(0) { $0 + zip($1.0.scalars, $1.1.scalars).reduce(0) { $0 + $1.0 * $1.1 } }
        let way = product > 0 ? "still lowers" : product < 0 ? "raises" : "hardly changes"
        return "A small step of gradient descent with the wrong gradient \(way) the loss."
    }
}

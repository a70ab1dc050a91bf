import Autodiff
import Forms
import NeuralNetworks

/// Reads a batch and holds it against the network's input and output.
struct BatchReader {
    let findings: Findings

    /// - Parameters:
    ///   - input: the network's, where it is known.
    ///   - output: the last layer's, where it is known.
    func batch(
        _ lesson: Fields, loss: Loss?, input: KnownShape?, output: KnownShape?
    ) -> (inputs: Tensor, targets: Targets)? {
        guard let located = lesson.located("data"),
            let fields = Fields(located, form: LessonForms.data, findings: findings)
        else { return nil }
        let inputs = fields.located("inputs").flatMap { self.inputs($0, input: input) }
        let targets = fields.located("targets").flatMap {
            self.targets($0, loss: loss, output: output)
        }
        if let inputs, let targets, let place = fields.located("targets"), let first = fields.located("inputs") {
            let count = targets.count
            if count != inputs.shape[0] {
                findings.error(
                    at: place, "\(place.path) holds \(samples(count))",
                    expected: "\(inputs.shape[0]), as many as \(first.path) at \(first.mark.line):\(first.mark.column)")
                return nil
            }
        }
        guard let inputs, let targets else { return nil }
        return (inputs, targets)
    }

    private func samples(_ count: Int) -> String { count == 1 ? "1 sample" : "\(count.grouped) samples" }

    private func inputs(_ located: Located, input: KnownShape?) -> Tensor? {
        guard checkBatch(located) else { return nil }
        guard let tensor = tensor(located, samples: input) else { return nil }
        guard let input, case .tokens(_, let count) = input.shape else { return tensor }
        return areTokens(tensor, below: count, located, input) ? tensor : nil
    }

    private func areTokens(_ tensor: Tensor, below count: Int, _ located: Located, _ input: KnownShape) -> Bool {
        var areAll = true
        for (index, number) in tensor.scalars.enumerated() where number != number.rounded() || !(0..<Double(count)).contains(number) {
            areAll = false
            let element = located.element(tensor.shape.index(ofFlat: index))
            findings.error(
                at: element, "\(element.path) is \(number.plainly)",
                expected: "a whole number from 0 to \(count - 1): \(input.gives)")
        }
        return areAll
    }

    private func checkBatch(_ located: Located) -> Bool {
        guard case .list(let values) = located.value.content, values.count > Limits.batch else { return true }
        findings.error(
            at: located, "\(located.path) holds \(samples(values.count))",
            expected: "at most \(Limits.batch.grouped) in a batch")
        return false
    }

    private func tensor(_ located: Located, samples: KnownShape?) -> Tensor? {
        guard let samples else {
            // The numbers are still looked at.
            _ = findings.tensor(located)
            return nil
        }
        let axes = samples.shape.axes
        let wanted = "[\((["batch"] + axes.map { String($0) }).joined(separator: ", "))]: \(samples.gives)"
        let expected = ExpectedShape(axes: [nil] + axes.map { Optional($0) }, described: wanted)
        guard let tensor = findings.tensor(located, expected: expected) else { return nil }
        guard Array(tensor.shape.dropFirst()) == axes else {
            var hint: String?
            if tensor.shape == axes {
                hint = "put brackets around it: the first axis is the batch"
            } else if axes == [1], tensor.shape.count == 1 {
                hint = "put brackets around each number: the first axis is the batch"
            }
            findings.error(at: located, "\(located.path) has shape \(tensor.shape)", expected: wanted, hint: hint)
            return nil
        }
        return tensor
    }

    // MARK: Targets

    private func targets(_ located: Located, loss: Loss?, output: KnownShape?) -> Targets? {
        guard checkBatch(located) else { return nil }
        guard let loss else { return nil }
        if loss == .crossEntropy { return classes(located, output: output) }
        guard let tensor = tensor(located, samples: output) else { return nil }
        if loss == .binaryCrossEntropy, let index = tensor.scalars.firstIndex(where: { !(0...1).contains($0) }) {
            findings.error(
                at: element(index, of: tensor.shape, in: located), "\(located.path) holds \(tensor.scalars[index])",
                expected: "numbers from 0 to 1 for binary-cross-entropy")
            return nil
        }
        return .values(tensor)
    }

    private func classes(_ located: Located, output: KnownShape?) -> Targets? {
        guard let elements = located.elements, !elements.isEmpty else {
            findings.mismatch(located, expected: "a list of class numbers, from 0")
            return nil
        }
        guard let output else { return nil }
        guard case .features(let classes) = output.shape else {
            findings.error(
                at: located, "\(output.gives), and cross-entropy needs one number a class",
                expected: "features out of the last layer", hint: "add flatten or a dense layer")
            return nil
        }
        var numbers: [Int] = []
        for element in elements {
            guard case .scalar = element.value.content else {
                findings.mismatch(
                    element, expected: "a class number from 0 to \(classes - 1)", hint: "write [0, 1, …], one number a sample")
                continue
            }
            guard let number = findings.whole(element, in: 0...Int.max) else { continue }
            guard number < classes else {
                findings.error(
                    at: element, "\(element.path) is \(number)",
                    expected: "a class number from 0 to \(classes - 1): \(output.gives)")
                continue
            }
            numbers.append(number)
        }
        return numbers.count == elements.count ? .classes(numbers) : nil
    }

    private func element(_ flat: Int, of shape: [Int], in located: Located) -> SourceMark {
        var place = located
        for index in shape.index(ofFlat: flat) {
            guard let elements = place.elements, elements.indices.contains(index) else { break }
            place = elements[index]
        }
        return place.mark
    }
}

extension Targets {
    fileprivate var count: Int {
        switch self {
        case .values(let tensor): tensor.shape[0]
        case .classes(let numbers): numbers.count
        }
    }
}

extension [Int] {
    fileprivate func index(ofFlat flat: Int) -> [Int] {
        var rest = flat
        var index: [Int] = []
        for extent in reversed() where extent > 0 {
            index.append(rest % extent)
            rest /= extent
        }
        return index.reversed()
    }
}

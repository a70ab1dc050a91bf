import Autodiff
import Forms
import NeuralNetworks

/// Reads a batch and checks it against the network's input and output.
struct BatchReader {
    let findings: Findings
    let files: NumberFileReader

    typealias Written = (inputs: Located, targets: Located?)

    /// - Parameters:
    ///   - input: the network's, where it is known.
    ///   - output: the last layer's, where it is known.
    /// - Returns: the batch, and where it is from a file what stands for the names of its arrays or columns.
    func batch(
        _ lesson: Fields, loss: Loss?, input: KnownShape?, output: KnownShape?
    ) -> (batch: (inputs: Tensor, targets: Targets)?, fromFile: Written?) {
        let hasTargets = loss?.measure.hasTargets != false
        guard let located = lesson.located("data") else { return (nil, nil) }
        if located.value["file"] != nil {
            guard var written = files.batch(located, hasTargets: hasTargets) else { return (nil, nil) }
            if let loss, let output, case .features = output.shape { written.targets = written.targets?.asClasses(of: loss) }
            return (batch(written.inputs, written.targets, loss: loss, input: input, output: output), written)
        }
        guard let fields = Fields(located, form: hasTargets ? LessonForms.data : LessonForms.inputsAlone, findings: findings) else {
            return (nil, nil)
        }
        return (
            batch(
                fields.located("inputs"), hasTargets ? fields.located("targets") : nil, loss: loss, input: input, output: output), nil
        )
    }

    private func batch(
        _ first: Located?, _ place: Located?, loss: Loss?, input: KnownShape?, output: KnownShape?
    ) -> (inputs: Tensor, targets: Targets)? {
        let inputs = first.flatMap { self.inputs($0, input: input) }
        guard loss?.measure.hasTargets != false else { return inputs.map { ($0, .absent) } }
        let targets = place.flatMap { self.targets($0, loss: loss, output: output) }
        if let inputs, let targets, let place, let first {
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
        guard let count = located.value.elementCount, count > Limits.batch else { return true }
        findings.error(
            at: located, "\(located.path) holds \(samples(count))",
            expected: "at most \(Limits.batch.grouped) in a batch")
        return false
    }

    private func tensor(_ located: Located, samples: KnownShape?) -> Tensor? {
        guard let samples else {
            // The numbers are checked nevertheless.
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
        switch loss.measure {
        case .halfSquaredError, .squaredError, .absoluteError, .huber: return tensor(located, samples: output).map { .values($0) }
        case .binaryCrossEntropy: return probabilities(located, loss, output: output).map { .values($0) }
        case .crossEntropy where isOfShares(located, output: output): return shares(located, loss, output: output).map { .values($0) }
        case .crossEntropy, .hinge: return classes(located, loss, output: output)
        case .outputSum: return .absent
        }
    }

    private func probabilities(_ located: Located, _ loss: Loss, output: KnownShape?) -> Tensor? {
        guard let tensor = tensor(located, samples: output) else { return nil }
        guard let index = tensor.scalars.firstIndex(where: { !(0...1).contains($0) }) else { return tensor }
        findings.error(
            at: element(index, of: tensor.shape, in: located).mark, "\(located.path) holds \(tensor.scalars[index])",
            expected: "numbers from 0 to 1 for \(loss.measure.word)")
        return nil
    }

    // MARK: Classes

    /// Whether targets are probabilities of each class rather than class indices. A lone number in too many brackets is meant as a class
    /// index.
    private func isOfShares(_ located: Located, output: KnownShape?) -> Bool {
        guard let axes = output?.shape.axes else { return false }
        var place = located
        for _ in axes {
            guard let first = place.elements?.first else { return false }
            place = first
        }
        guard let count = place.value.elementCount else { return false }
        return count > 1 || axes.last == 1
    }

    private func shares(_ located: Located, _ loss: Loss, output: KnownShape?) -> Tensor? {
        guard let output, hasRows(output, located, loss), let tensor = probabilities(located, loss, output: output) else { return nil }
        let classes = output.shape.last
        for row in stride(from: 0, to: tensor.count, by: classes) {
            let sum = tensor.scalars[row..<row + classes].reduce(0, +)
            guard abs(sum - 1) > 1e-3 else { continue }
            let place = element(row, of: tensor.shape, in: located, axes: tensor.shape.count - 1)
            findings.warning(at: place.mark, place.path, "\(place.path) sums to \(sum), as no row of probabilities does")
        }
        return tensor
    }

    /// Whether the output has a row of scores for each sample or time step.
    private func hasRows(_ output: KnownShape, _ located: Located, _ loss: Loss) -> Bool {
        switch output.shape {
        case .features, .sequence: return true
        case .image, .tokens:
            findings.error(
                at: located, "\(output.gives), and \(loss.measure.word) needs one number a class",
                expected: "features out of the last layer", hint: "add flatten or a dense layer")
            return false
        }
    }

    private func classes(_ located: Located, _ loss: Loss, output: KnownShape?) -> Targets? {
        guard let elements = located.elements, !elements.isEmpty else {
            findings.mismatch(located, expected: "a list of class numbers, from 0")
            return nil
        }
        guard let output, hasRows(output, located, loss) else { return nil }
        guard case .sequence(let time, let classes) = output.shape else {
            let numbers = elements.compactMap { classNumber($0, output, "one number a sample") }
            return numbers.count == elements.count ? .classes(numbers) : nil
        }
        var rows: [[Int]] = []
        for element in elements {
            guard let steps = element.elements else {
                findings.mismatch(element, expected: "a list of \(time) class numbers from 0 to \(classes - 1), one a time step")
                continue
            }
            guard steps.count == time else {
                findings.error(
                    at: element, "\(element.path) has \(steps.count == 1 ? "1 number" : "\(steps.count.grouped) numbers")",
                    expected: "\(time), one a time step: \(output.gives)")
                continue
            }
            let numbers = steps.compactMap { classNumber($0, output, "one number a time step") }
            if numbers.count == time { rows.append(numbers) }
        }
        return rows.count == elements.count ? .classesByStep(rows) : nil
    }

    private func classNumber(_ element: Located, _ output: KnownShape, _ manner: String) -> Int? {
        let classes = output.shape.last
        guard case .scalar = element.value.content else {
            findings.mismatch(element, expected: "a class number from 0 to \(classes - 1)", hint: "write [0, 1, …], \(manner)")
            return nil
        }
        guard let number = findings.whole(element, in: 0...Int.max) else { return nil }
        guard number < classes else {
            findings.error(
                at: element, "\(element.path) is \(number)", expected: "a class number from 0 to \(classes - 1): \(output.gives)")
            return nil
        }
        return number
    }

    /// The location of an entry, or, with `axes`, of the row that it is in at this depth.
    private func element(_ flat: Int, of shape: [Int], in located: Located, axes: Int? = nil) -> Located {
        var place = located
        for index in shape.index(ofFlat: flat).prefix(axes ?? shape.count) {
            guard let elements = place.elements, elements.indices.contains(index) else { break }
            place = elements[index]
        }
        return place
    }
}

extension Located {
    /// One column as class numbers, one a sample, where the loss takes these.
    fileprivate func asClasses(of loss: Loss) -> Located {
        switch loss.measure {
        case .crossEntropy, .hinge: break
        case .halfSquaredError, .squaredError, .absoluteError, .huber, .binaryCrossEntropy, .outputSum: return self
        }
        guard case .numbers(let tensor) = value.content, tensor.shape.count == 2, tensor.shape[1] == 1 else { return self }
        let column = Tensor(shape: [tensor.shape[0]], scalars: tensor.scalars)
        return Located(value: WrittenValue(mark: mark, content: .numbers(column)), path: path)
    }
}

extension Targets {
    fileprivate var count: Int {
        switch self {
        case .values(let tensor): tensor.shape[0]
        case .classes(let numbers): numbers.count
        case .classesByStep(let rows): rows.count
        case .absent: 0
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

package import Autodiff
import Notation

extension Findings {
    /// Reads nested lists of finite numbers that form a rectangular array.
    ///
    /// - Parameter expected: the shape that the tensor should have, if known. If rows differ, those that don't fit it are reported.
    /// - Returns: nil, with diagnostics, if it is no such list.
    package func tensor(_ located: Located, expected: ExpectedShape? = nil) -> Tensor? {
        if case .numbers(let tensor) = located.value.content, !tensor.shape.isEmpty { return tensor }
        var reading = TensorReading(findings: self, expected: expected)
        guard case .list = located.value.content else {
            mismatch(located, expected: "a list of numbers, or a list of such lists")
            return nil
        }
        guard let shape = reading.shape(of: located, axis: 0), !reading.hasFailed else { return nil }
        return Tensor(shape: shape, scalars: reading.scalars)
    }
}

/// The shape that a tensor should have, and why.
package struct ExpectedShape {
    /// The sizes of the axes; nil for an axis of any size.
    package var axes: [Int?]
    /// "[3, 2]: units is 3 (5:16) and input gives 2 features (2:10)".
    package var described: String

    package init(axes: [Int?], described: String) {
        self.axes = axes
        self.described = described
    }
}

private struct TensorReading {
    let findings: Findings
    let expected: ExpectedShape?
    var scalars: [Double] = []
    var hasFailed = false

    init(findings: Findings, expected: ExpectedShape?) {
        self.findings = findings
        self.expected = expected
    }

    /// Nil, with diagnostics, if there is no common shape.
    mutating func shape(of located: Located, axis: Int) -> [Int]? {
        guard let elements = located.elements else {
            guard let number = findings.number(located) else {
                hasFailed = true
                return nil
            }
            scalars.append(number)
            return []
        }
        guard !elements.isEmpty else {
            hasFailed = true
            findings.mismatch(located, expected: "at least one number")
            return nil
        }
        let shapes = elements.map { shape(of: $0, axis: axis + 1) }
        let reference = reference(for: shapes, axis: axis)
        guard let (wanted, reason) = reference.map({ ($0.shape, $0.index) }) else { return nil }
        for (element, shape) in zip(elements, shapes) {
            guard let shape, shape != wanted else { continue }
            hasFailed = true
            let like = reason.map { "like \(elements[$0].path) at \(elements[$0].mark.line):\(elements[$0].mark.column)" }
            report(element, shape: shape, wanted: wanted, like: like)
        }
        return [elements.count] + wanted
    }

    /// The shape that a list's elements should have: the expected one if any of them has it, otherwise the first that is known.
    private func reference(for shapes: [[Int]?], axis: Int) -> (shape: [Int], index: Int?)? {
        if let axes = expected?.axes, axes.count > axis {
            let rest = axes[(axis + 1)...].compactMap(\.self)
            if rest.count == axes.count - axis - 1, shapes.contains(rest) { return (rest, nil) }
        }
        guard let index = shapes.firstIndex(where: { $0 != nil }), let shape = shapes[index] else { return nil }
        return (shape, index)
    }

    private func report(_ element: Located, shape: [Int], wanted: [Int], like: String?) {
        let tail = (like ?? expected.map { "for the shape \($0.described)" }).map { ", \($0)" } ?? ""
        switch (shape.count, wanted.count) {
        case (1, 1):
            findings.error(
                at: element, "\(element.path) has \(English.count(shape[0], "number"))", expected: "\(wanted[0])\(tail)")
        case (0, _): findings.error(at: element, "\(element.path) is a number", expected: "a list of shape \(wanted)\(tail)")
        case (_, 0): findings.error(at: element, "\(element.path) is a list", expected: "a number\(tail)")
        default: findings.error(at: element, "\(element.path) has shape \(shape)", expected: "\(wanted)\(tail)")
        }
    }
}

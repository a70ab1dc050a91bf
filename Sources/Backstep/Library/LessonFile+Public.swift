import Drawing
public import Foundation
import Lessons
import Traces

// The interface for programs that use Backstep as a library: lesson → trace → figure → bytes.

extension LessonFile {
    /// Reads a lesson from a file.
    /// - Parameter url: the YAML file.
    /// - Throws: ``BackstepError``, with every error of the lesson, its line and its column.
    public init(contentsOf url: URL) throws(BackstepError) { try self.init(url.path) }

    /// Reads a lesson from a text.
    /// - Parameters:
    ///   - yaml: the lesson.
    ///   - name: its name in messages.
    /// - Throws: ``BackstepError``, as for a file.
    public init(yaml: String, name: String = "lesson") throws(BackstepError) {
        try self.init(source: yaml, file: name, name: name)
    }

    /// A bundled lesson by its name: `two-by-two` or `04-two-by-two`.
    /// - Throws: ``BackstepError`` if there is no such lesson.
    public static func bundled(_ name: String) throws(BackstepError) -> LessonFile {
        guard let entry = BundledLessons.entry(named: name) else {
            throw BackstepError(.noInput, "no bundled lesson \"\(name)\"; expected one of \(bundledNames.joined(separator: ", "))")
        }
        return try LessonFile(entry)
    }

    /// The names of the bundled lessons, in the order of the course.
    public static var bundledNames: [String] { BundledLessons.all.map(\.name) }

    /// Runs the forward and backward pass of a lesson with a network or an expression.
    /// - Throws: ``BackstepError`` if the lesson is an experiment, which has no single trace.
    public func traced() throws(BackstepError) -> LessonTrace { LessonTrace(try lesson.requiredTrace(for: "a trace")) }

    /// Draws the lesson's figures; most lessons have one. An experiment is run first, which can take seconds.
    /// - Throws: ``BackstepError`` if no font is installed, or if a figure can't be drawn with this style.
    public func figures(_ style: FigureStyle = FigureStyle()) throws(BackstepError) -> [Figure] {
        let press = try Press()
        return try pictures(press, style).map { Figure(name: $0.name, picture: $0.picture, press: press) }
    }
}

/// All values and gradients of a forward and backward pass through a network or an expression.
public struct LessonTrace: Sendable {
    /// One number of the pass, with its gradient.
    public struct Scalar: Hashable, Sendable {
        /// The tensor and the indices: `hidden.weight[0,1]`; in an expression only the name.
        public let address: String
        public let value: Double
        /// The gradient of the loss with respect to this number.
        public let gradient: Double
    }

    private let trace: Trace
    /// Inputs, parameters and all intermediate values up to the loss.
    public let scalars: [Scalar]

    init(_ trace: Trace) {
        self.trace = trace
        scalars = trace.scalars.map { Scalar(address: $0.address, value: $0.value, gradient: $0.gradient) }
    }

    /// The loss; for an expression, its result.
    public var loss: Double { trace.loss }

    /// The number at an address; nil if there is none.
    public subscript(address: String) -> Scalar? { scalars.first { $0.address == address } }

    /// The trace in the format of `backstep trace --json`, with enough digits to read every number back exactly.
    public var json: String { trace.json().text }
}

import Drawing
public import Foundation
import Lessons
import Traces

// What a program that uses Backstep as a library sees: lesson → trace → figure → bytes.

extension LessonFile {
    /// Reads a lesson's file.
    /// - Parameter url: of a YAML file.
    /// - Throws: ``BackstepError``, with every fault of the lesson, its line and its column.
    public init(contentsOf url: URL) throws(BackstepError) { try self.init(url.path) }

    /// Reads a lesson that is at hand as text.
    /// - Parameters:
    ///   - yaml: the lesson.
    ///   - name: what messages call it.
    public init(yaml: String, name: String = "lesson") throws(BackstepError) {
        try self.init(source: yaml, file: name, name: name)
    }

    /// A lesson that Backstep brings along: `two-by-two`, or `04-two-by-two`.
    public static func bundled(_ name: String) throws(BackstepError) -> LessonFile {
        guard let entry = BundledLessons.entry(named: name) else {
            throw BackstepError(.noInput, "no bundled lesson \"\(name)\"; expected one of \(bundledNames.joined(separator: ", "))")
        }
        return try LessonFile(entry)
    }

    /// The names of the lessons that Backstep brings along, in the order of the course.
    public static var bundledNames: [String] { BundledLessons.all.map(\.name) }

    /// Every value and gradient of a network's or an expression's lesson.
    /// - Throws: ``BackstepError`` where the lesson is an experiment, which has no one trace.
    public func traced() throws(BackstepError) -> LessonTrace { LessonTrace(try lesson.requiredTrace(for: "a trace")) }

    /// The lesson's figures; most lessons have one.
    /// - Throws: ``BackstepError`` where no font is installed, or an experiment can't be run.
    public func figures(_ style: FigureStyle = FigureStyle()) throws(BackstepError) -> [Figure] {
        let press = try Press()
        return try pictures(press, style).map { Figure(name: $0.name, picture: $0.picture, press: press) }
    }
}

/// The numbers of one pass through a network or an expression, forward and backward.
public struct LessonTrace: Sendable {
    /// One number of the pass.
    public struct Scalar: Hashable, Sendable {
        /// Its tensor and its place: `hidden.weight[0,1]`; of an expression the name alone.
        public let address: String
        public let value: Double
        /// Of the loss with respect to this number.
        public let gradient: Double
    }

    private let trace: Trace
    /// Inputs, parameters and every value between them and the loss.
    public let scalars: [Scalar]

    init(_ trace: Trace) {
        self.trace = trace
        scalars = trace.scalars.map { Scalar(address: $0.address, value: $0.value, gradient: $0.gradient) }
    }

    /// Of an expression, its result.
    public var loss: Double { trace.loss }

    /// The number at an address; nil where there is none.
    public subscript(address: String) -> Scalar? { scalars.first { $0.address == address } }

    /// As `backstep trace --json` prints it. Numbers read back exactly.
    public var json: String { trace.json().text }
}

package import Autodiff
package import Forms

/// One kind of experiment: what it takes, what it measures, and the numbers behind its figures.
///
/// A new kind is a value type that conforms, a case of `Experiment`, and a figure in ExperimentFigures.
package protocol Measurement: Hashable, Sendable {
    /// What `measure` gives, as its figure needs it.
    associatedtype Measured: Sendable

    /// The keys of its lessons; the form's name is the word after `kind:`.
    static var form: Form { get }

    /// - Returns: nil where anything is wrong; the reader's findings say what.
    static func read(_ fields: Fields, by reader: ExperimentReader) -> Self?

    /// - Throws: where a network does not fit together, or one tape alone passes a limit.
    func cost() throws(ExperimentError) -> Cost

    /// The same bits on any number of threads. Numbers that underflow, overflow or become NaN stand in it as they are.
    func measure() throws(ExperimentError) -> Measured

    /// As `backstep data` prints it.
    func data(of measured: Measured) -> MeasuredData
}

extension Measurement {
    /// The word after `kind:` in a lesson.
    package static var kind: String { form.name }
}

extension Measurement where Measured == [Series] {
    package func data(of measured: [Series]) -> MeasuredData { MeasuredData(series: measured) }
}

/// The numbers behind an experiment's figures: lines over variants, and named tables for what is no line.
package struct MeasuredData: Hashable, Sendable {
    package var series: [Series]
    package var tables: [Table]

    package init(series: [Series] = [], tables: [Table] = []) {
        self.series = series
        self.tables = tables
    }

    package struct Table: Hashable, Sendable {
        package enum Field: Hashable, Sendable {
            case text(String)
            case number(Double)

            /// A number where a number holds all its digits, as they do to 2⁵³; else they are text.
            package static func seed(_ seed: UInt64) -> Field { Double(exactly: seed).map { .number($0) } ?? .text("\(seed)") }
        }

        package var name: String
        package var columns: [String]
        /// Each as long as `columns`.
        package var rows: [[Field]]

        package init(_ name: String, columns: [String], rows: [[Field]]) {
            self.name = name
            self.columns = columns
            self.rows = rows
        }
    }
}

package import Autodiff
package import Forms

/// One kind of experiment: its settings, what it measures, and the data for its figures.
///
/// To add a kind, write a value type that conforms, a case of `Experiment`, and a figure in ExperimentFigures.
package protocol Measurement: Hashable, Sendable {
    /// The result of `measure`, in the form that its figure needs.
    associatedtype Measured: Sendable

    /// The keys of its lessons; the form's name is the word after `kind:`.
    static var form: Form { get }

    /// - Returns: nil where anything is wrong; the reader's diagnostics say what.
    static func read(_ fields: Fields, by reader: ExperimentReader) -> Self?

    /// - Throws: where a network does not fit together, or one tape alone exceeds a limit.
    func cost() throws(ExperimentError) -> Cost

    /// Gives the same bits on any number of threads. Values that underflow, overflow or become NaN are kept as they are.
    func measure() throws(ExperimentError) -> Measured

    /// The data that `backstep data` prints.
    func data(of measured: Measured) -> MeasuredData
}

extension Measurement {
    /// The word after `kind:` in a lesson.
    package static var kind: String { form.name }
}

extension Measurement where Measured == [Series] {
    package func data(of measured: [Series]) -> MeasuredData { MeasuredData(series: measured) }
}

/// The data of an experiment's figures: lines over variants, and named tables for everything else.
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

            /// A number if a Double represents it exactly, as up to 2⁵³; else text.
            package static func seed(_ seed: UInt64) -> Field { Double(exactly: seed).map { .number($0) } ?? .text("\(seed)") }
        }

        package var name: String
        package var columns: [String]
        /// Each row is as long as `columns`.
        package var rows: [[Field]]

        package init(_ name: String, columns: [String], rows: [[Field]]) {
            self.name = name
            self.columns = columns
            self.rows = rows
        }
    }
}

import Experiments
import Forms
import Lessons
import TraceFigures
import Traces

extension LessonFile {
    /// Writes the numbers behind the lesson's figures in the format of `backstep data --format json`.
    /// - Parameter measured: the results of the lesson's experiment; nil for a trace.
    package func writeDataJSON(
        of measured: MeasuredExperiment?, to put: (String) throws(BackstepError) -> Void
    ) throws(BackstepError) {
        guard let measured else {
            let trace = try lesson.requiredTrace(for: "data")
            let tables = cellTables(trace)
            guard case .object(var members) = trace.json(), !tables.isEmpty else { return try trace.json().write(to: put) }
            members.append(.init(key: "tables", value: .array(tables.map(\.json))))
            return try JSON.object(members).write(to: put)
        }
        let data = measured.data
        var members: [JSON.Member] = [
            .init(key: "format", value: .string("backstep.data")), .init(key: "version", value: .integer(1)),
            .init(key: "kind", value: .string(measured.kind)),
        ]
        if !data.series.isEmpty { members.append(.init(key: "series", value: .array(data.series.map(\.json)))) }
        if !data.tables.isEmpty { members.append(.init(key: "tables", value: .array(data.tables.map(\.json)))) }
        try JSON.object(members).write(to: put)
    }

    /// The same numbers as tables, with a row for each point of a series or scalar of a trace. No two have the same name.
    /// - Parameter measured: the results of the lesson's experiment; nil for a trace.
    package func dataTables(of measured: MeasuredExperiment?) throws(BackstepError) -> [DataTable] {
        if let data = measured?.data {
            return (data.series.isEmpty ? [] : [DataTable(data.series)]) + data.tables.map { DataTable($0) }
        }
        let trace = try lesson.requiredTrace(for: "data")
        let scalars = DataTable("scalars", ["scalar", "value", "gradient"]) { put throws(BackstepError) in
            for (address, value, gradient) in trace.scalars { try put([.text(address), .number(value), .number(gradient)]) }
        }
        return [scalars] + cellTables(trace).map { DataTable($0) }
    }

    /// The table with a name, or the only one if the name is nil.
    /// - Throws: `BackstepError.usage` if there is no such table or there are several.
    package func dataTable(_ name: String?, of measured: MeasuredExperiment?) throws(BackstepError) -> DataTable {
        let tables = try dataTables(of: measured)
        let names = tables.map(\.name).joined(separator: ", ")
        if let name {
            guard let table = tables.first(where: { $0.name == name }) else {
                let near = tables.map(\.name).nearest(to: name).map { "; did you mean \($0)?" } ?? ""
                throw BackstepError(.usage, "\(self.name) has no table \"\(name)\"; expected one of \(names)\(near)")
            }
            return table
        }
        guard tables.count == 1 else {
            throw BackstepError(
                .usage,
                "\(self.name) has \(tables.count) tables (\(names)); expected --table and one of them, or data -o and a folder for all")
        }
        return tables[0]
    }

    /// All tables as files in a folder: `LESSON.csv`, or `LESSON-TABLE.csv` if there are several.
    /// - Throws: also if one would replace a file of numbers that the lesson reads.
    package func tableFiles(of measured: MeasuredExperiment?, in folder: String) throws(BackstepError) -> [(path: String, bytes: [UInt8])] {
        let tables = try dataTables(of: measured)
        let stem = folder.path(of: name)
        let inputs = Self.numberFiles(of: source)
        return try tables.map { (table) throws(BackstepError) in
            let path = tables.count == 1 ? "\(stem).csv" : "\(stem)-\(table.name).csv"
            for input in inputs { try OutputFiles.refuse(path, madeFrom: input) }
            var text = ""
            try table.writeCSV { text += $0 }
            return (path, Array(text.utf8))
        }
    }
}

/// A table of numbers behind a lesson's figures.
package struct DataTable: Sendable {
    typealias Row = @Sendable (_ put: ([CSV.Field]) throws(BackstepError) -> Void) throws(BackstepError) -> Void

    /// Of letters, digits and dashes, since files are named after it.
    package let name: String
    private let columns: [String]
    private let rows: Row

    init(_ name: String, _ columns: [String], rows: @escaping Row) {
        self.name = String(name.map { $0.isLetter || $0.isNumber ? $0 : "-" })
        self.columns = columns
        self.rows = rows
    }

    fileprivate init(_ series: [Series]) {
        let hasPanels = series.contains { $0.panel != nil }
        let hasQuantities = series.contains { $0.quantity != nil }
        let columns = (hasPanels ? ["panel"] : []) + ["series"] + (hasQuantities ? ["quantity"] : []) + ["x", "median", "low", "high"]
        self.init("series", columns) { put throws(BackstepError) in
            for line in series {
                let names: [CSV.Field] =
                    (hasPanels ? [.text(line.panel ?? "")] : []) + [.text(line.name)]
                    + (hasQuantities ? [.text(line.quantity ?? "")] : [])
                for index in line.x.indices {
                    try put(
                        names + [
                            .number(line.x[index]), .number(line.median[index]), .number(line.low[index]), .number(line.high[index]),
                        ])
                }
            }
        }
    }

    fileprivate init(_ table: MeasuredData.Table) {
        self.init(table.name, table.columns) { put throws(BackstepError) in
            for row in table.rows {
                try put(
                    row.map { field in
                        switch field {
                        case .text(let text): .text(text)
                        case .number(let number): .number(number)
                        }
                    })
            }
        }
    }

    /// Writes the table as comma-separated values, its columns' names first.
    package func writeCSV(to put: (String) throws(BackstepError) -> Void) throws(BackstepError) {
        try put(CSV(columns).text)
        try rows { (row) throws(BackstepError) in try put(CSV.row(row)) }
    }
}

extension Series {
    fileprivate var json: JSON {
        var members = [JSON.Member(key: "name", value: .string(name))]
        if let panel { members.append(.init(key: "panel", value: .string(panel))) }
        if let quantity { members.append(.init(key: "quantity", value: .string(quantity))) }
        return .object(
            members + [
                .init(key: "x", value: .numbers(x)), .init(key: "median", value: .numbers(median)),
                .init(key: "low", value: .numbers(low)), .init(key: "high", value: .numbers(high)),
            ])
    }
}

extension MeasuredData.Table {
    fileprivate var json: JSON {
        .object([
            "name": .string(name), "columns": .array(columns.map { .string($0) }),
            "rows": .array(
                rows.map { row in
                    .array(
                        row.map { field in
                            switch field {
                            case .text(let text): .string(text)
                            case .number(let number): .number(number)
                            }
                        })
                }),
        ])
    }
}

import Experiments
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

    /// The same as comma-separated values, with a line for each point of a series, row of a table or scalar of a trace.
    package func writeDataCSV(
        of measured: MeasuredExperiment?, to put: (String) throws(BackstepError) -> Void
    ) throws(BackstepError) {
        guard let data = measured?.data else {
            let trace = try lesson.requiredTrace(for: "data")
            try put(CSV(["scalar", "value", "gradient"]).text)
            for (address, value, gradient) in trace.scalars {
                try put(CSV.row([.text(address), .number(value), .number(gradient)]))
            }
            for table in cellTables(trace) {
                try put("\r\n")
                try table.writeCSV(to: put)
            }
            return
        }
        if !data.series.isEmpty { try writeCSV(of: data.series, to: put) }
        for (index, table) in data.tables.enumerated() {
            // An empty line separates tables, which have different columns.
            if index > 0 || !data.series.isEmpty { try put("\r\n") }
            try table.writeCSV(to: put)
        }
    }

    private func writeCSV(of series: [Series], to put: (String) throws(BackstepError) -> Void) throws(BackstepError) {
        let hasPanels = series.contains { $0.panel != nil }
        let hasQuantities = series.contains { $0.quantity != nil }
        try put(
            CSV((hasPanels ? ["panel"] : []) + ["series"] + (hasQuantities ? ["quantity"] : []) + ["x", "median", "low", "high"]).text)
        for line in series {
            let names: [CSV.Field] =
                (hasPanels ? [.text(line.panel ?? "")] : []) + [.text(line.name)]
                + (hasQuantities ? [.text(line.quantity ?? "")] : [])
            for index in line.x.indices {
                try put(
                    CSV.row(
                        names + [
                            .number(line.x[index]), .number(line.median[index]), .number(line.low[index]), .number(line.high[index]),
                        ]))
            }
        }
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

    fileprivate func writeCSV(to put: (String) throws(BackstepError) -> Void) throws(BackstepError) {
        try put(CSV(["table"] + columns).text)
        for row in rows {
            try put(
                CSV.row(
                    [.text(name)]
                        + row.map { field in
                            switch field {
                            case .text(let text): .text(text)
                            case .number(let number): .number(number)
                            }
                        }))
        }
    }
}

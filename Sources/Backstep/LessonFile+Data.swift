import Experiments
import Lessons
import Traces

extension LessonFile {
    /// The numbers behind the lesson's figures, as `backstep data --format json` prints them.
    package func dataJSON() throws(BackstepError) -> String {
        guard let (_, series) = try lesson.measured() else {
            return try lesson.requiredTrace(for: "data").json().text
        }
        return JSON.object([
            "format": .string("backstep.data"), "version": .integer(1), "kind": .string("gradient-decay"),
            "series": .array(
                series.map {
                    .object([
                        "name": .string($0.name), "x": .numbers($0.x), "median": .numbers($0.median),
                        "low": .numbers($0.low), "high": .numbers($0.high),
                    ])
                }),
        ]).text
    }

    /// The same as comma-separated values: a line for each point of a series, or for each scalar of a trace.
    package func dataCSV() throws(BackstepError) -> String {
        if let (_, series) = try lesson.measured() {
            var csv = CSV(["series", "x", "median", "low", "high"])
            for line in series {
                for index in line.x.indices {
                    csv.add([
                        .text(line.name), .number(line.x[index]), .number(line.median[index]), .number(line.low[index]),
                        .number(line.high[index]),
                    ])
                }
            }
            return csv.text
        }
        let trace = try lesson.requiredTrace(for: "data")
        var csv = CSV(["scalar", "value", "gradient"])
        for (address, value, gradient) in trace.scalars {
            csv.add([.text(address), .number(value), .number(gradient)])
        }
        return csv.text
    }
}

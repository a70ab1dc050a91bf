import Telling
import TraceSamples
import Traces

extension SampleTraces {
    /// The steps of each, made once.
    static func steps(by granularity: Granularity) throws -> [(name: String, trace: Trace, steps: [Step])] {
        let all = try all()
        return zip(all, told[granularity] ?? []).map { ($0.name, $0.trace, $1) }
    }

    private static let told: [Granularity: [[Step]]] = Dictionary(
        uniqueKeysWithValues: Granularity.allCases.map { granularity in
            (granularity, (try? all().map { $0.trace.steps(by: granularity) }) ?? [])
        })
}

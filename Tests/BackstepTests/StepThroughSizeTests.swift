import CairoBackend
import Foundation
import Telling
import Testing
import Traces

@testable import Backstep

@Suite("Step-throughs are small enough to send")
struct StepThroughSizeTests {
    private func pageSize(_ lesson: LessonFile, by granularity: Granularity) throws -> (steps: Int, bytes: Int) {
        var options = StepOptions()
        options.granularity = granularity
        let press = try Press()
        let jobs = try lesson.stepJobs(press, options, formats: [], folder: "told")
        let files = try jobs.flatMap { job -> [(path: String, bytes: [UInt8])] in
            if case .files(let make) = job.content { try make(press) } else { [] }
        }
        let frames = jobs.count { if case .picture = $0.content { true } else { false } }
        return (frames, try #require(files.first { $0.path == "told/index.html" }).bytes.count)
    }

    @Test("The page of Mazur's network, a step for each weight, is below 1.5 MB")
    func mazur() throws {
        let page = try pageSize(LessonFile.bundled("two-by-two"), by: .weight)
        #expect(page.steps == 39 && page.bytes < 1_500_000, "\(page)")
    }

    @Test("The page of 200 steps of a deep network, whose frames are wide, is below 3 MB")
    func deep() throws {
        let layers = (1...5).map { "    - dense: {units: 3, name: layer\($0)}\n    - tanh" }.joined(separator: "\n")
        let lesson = try LessonFile(
            yaml: """
                network:
                  input: 3
                  layers:
                \(layers)
                    - dense: {units: 2, name: output}
                data: {inputs: [[0.5, -1.2, 0.3]], targets: [[1, -0.5]]}
                loss: half-squared-error
                optimizer: {kind: sgd, learning-rate: 0.1}
                """, name: "deep")
        let page = try pageSize(lesson, by: .weight)
        #expect(page.steps == 204 && page.bytes < 3_000_000, "\(page)")
    }

    @Test("The page of 200 steps is below 8 MB")
    func long() throws {
        let lesson = try LessonFile(
            yaml: """
                network:
                  input: 3
                  layers:
                    - dense: {units: 5, name: first}
                    - tanh
                    - dense: {units: 5, name: second}
                    - tanh
                    - dense: {units: 4, name: output}
                data: {inputs: [[0.5, -1.2, 0.3]], targets: [[1, 0, 0.5, -0.5]]}
                loss: half-squared-error
                optimizer: {kind: sgd, learning-rate: 0.1}
                """, name: "long")
        let page = try pageSize(lesson, by: .weight)
        #expect(page.steps == 200 && page.bytes < 8_000_000, "\(page)")
    }
}

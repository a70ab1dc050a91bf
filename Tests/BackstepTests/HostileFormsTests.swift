import Autodiff
import CairoBackend
import Experiments
import Foundation
import HostileInputs
import Lessons
import Telling
import Testing
import Traces

@testable import Backstep

/// A lesson of the forms goes through everything that is made of lessons. A trap ends the tests; `Fuzzing/run` tries millions.
@Suite("No lesson that the forms allow ends in a trap")
struct HostileFormsTests {
    /// What a run of one lesson came to.
    enum Outcome: Hashable {
        case refused, drawn
        /// More than a test has time for, which its cost says before.
        case tooLarge
        /// Told as a fault of the program; no lesson is.
        case fault(String)
    }

    @Test("Pictures, steps, data, traces, paths and checks of lessons with extreme numbers are made or refused")
    func lessons() throws {
        let press = try Press()
        var outcomes: [Outcome: Int] = [:]
        for seed in HostileSeeds.asked(otherwise: 30) {
            let outcome = try Self.run(seed, press, mostProducts: 20_000, Self.use)
            if case .fault(let fault) = outcome { Issue.record("seed \(seed): \(fault)\n\(Self.lesson(seed))") }
            outcomes[outcome, default: 0] += 1
        }
        // The generator would be worth nothing if its lessons were refused.
        #expect(outcomes[.drawn, default: 0] > outcomes.values.reduce(0, +) / 4, "\(outcomes)")
    }

    @Test("What is read and computed of lessons with extreme numbers is told or refused; a picture is made of one in a hundred")
    func numbers() throws {
        let press = try Press()
        var outcomes: [Outcome: Int] = [:]
        for seed in HostileSeeds.asked(otherwise: 300) {
            let outcome = try Self.run(seed &+ (1 << 48), press, mostProducts: 2_000) { file, draw, press throws(BackstepError) in
                let measured = try file.lesson.measured()
                if draw.chance(0.1) { for table in try file.dataTables(of: measured) { try table.writeCSV { _ in } } }
                if draw.chance(0.01) {
                    try Self.tolerant { () throws(BackstepError) in _ = try file.pictures(press, Self.options(&draw), of: measured) }
                }
            }
            if case .fault(let fault) = outcome { Issue.record("seed \(seed): \(fault)\n\(Self.lesson(seed &+ (1 << 48)))") }
            outcomes[outcome, default: 0] += 1
        }
        #expect(outcomes[.drawn, default: 0] > outcomes.values.reduce(0, +) / 4, "\(outcomes)")
    }

    @Test("A figure's settings may say anything")
    func settings() throws {
        let press = try Press()
        for seed in HostileSeeds.asked(otherwise: 20) {
            var draw = FormLesson(seed: seed &+ (1 << 40))
            let text = Self.settings(&draw)
            let lesson = try LessonFile(source: Self.smallLessons[draw.upTo(Self.smallLessons.count - 1)], file: "f.yaml", name: "f")
            do {
                _ = try lesson.picture(press, as: FigureOrigin(text))
            } catch {
                #expect(error.kind != .internalFault, "\(text): \(error)")
            }
        }
    }

    @Test("A figure that asks for a step that no step-through has is none of the lesson's", arguments: [Int.min, -1, 0, 5_000, .max])
    func steps(step: Int) throws {
        let lesson = try LessonFile(source: Self.smallLessons[0], file: "f.yaml", name: "f")
        #expect(try lesson.picture(try Press(), as: FigureOrigin("step=\(step)")) == nil)
    }

    // MARK: Runs

    static func lesson(_ seed: UInt64) -> String {
        var draw = FormLesson(seed: seed)
        return draw.text()
    }

    /// - Parameter mostProducts: of a trace; of an experiment a hundred times as many.
    private static func run(
        _ seed: UInt64, _ press: Press, mostProducts: Int,
        _ use: (LessonFile, inout FormLesson, Press) throws(BackstepError) -> Void
    ) throws -> Outcome {
        let text = lesson(seed)
        var draw = FormLesson(seed: seed &+ (1 << 32))
        do throws(BackstepError) {
            let file = try LessonFile(source: text, file: "f.yaml", name: "f")
            guard try isSmall(file, mostProducts) else { return .tooLarge }
            try use(file, &draw, press)
            return .drawn
        } catch {
            if error.kind == .internalFault { return .fault(error.description) }
            return .refused
        }
    }

    private static func isSmall(_ file: LessonFile, _ most: Int) throws(BackstepError) -> Bool {
        switch file.lesson.subject {
        case .expression, .recording: return true
        case .network:
            guard let trace = try file.lesson.trace() else { return false }
            return trace.tape.products < most && trace.tape.entries.count < 400
        case .experiment(let experiment):
            guard let cost = try? experiment.measurement.cost() else { return false }
            return cost.products < 100 * most && cost.operations < 5 * most && cost.scalars < 5 * most
        }
    }

    private static func use(_ file: LessonFile, _ draw: inout FormLesson, _ press: Press) throws(BackstepError) {
        let measured = try file.lesson.measured()
        try tolerant { () throws(BackstepError) in
            for named in try file.pictures(press, options(&draw), of: measured) {
                if draw.chance(0.2) { _ = try press.bytes(of: named.picture, as: .svg) }
                if draw.chance(0.05) { _ = try press.bytes(of: named.picture, as: .png) }
            }
        }
        if draw.chance(0.3) { try tolerant { () throws(BackstepError) in try file.writeDataJSON(of: measured) { _ in } } }
        if draw.chance(0.3) {
            try tolerant { () throws(BackstepError) in for table in try file.dataTables(of: measured) { try table.writeCSV { _ in } } }
        }
        guard measured == nil, let trace = try file.lesson.trace() else { return }
        if draw.chance(0.3) { _ = try LessonCheck(file) }
        let ids = trace.differentiable
        if draw.chance(0.3), !ids.isEmpty {
            let id = ids[draw.upTo(ids.count - 1)]
            let count = trace.tape[id].shape.reduce(1, *)
            let scalar = trace.address(of: .init(id, draw.upTo(max(count - 1, 0))))
            let (top, byLength, asJSON) = (draw.upTo(30), draw.chance(0.5), draw.chance(0.5))
            try tolerant { () throws(BackstepError) in
                try file.writePathReport(of: scalar, top: top, byLength: byLength, asJSON: asJSON) { _ in }
                try file.writeTraceReport(productsOf: scalar, asJSON: asJSON) { _ in }
            }
        }
        if draw.chance(0.25) {
            var options = StepOptions()
            options.granularity = draw.chance(0.5) ? Granularity(rawValue: draw.word(Granularity.allCases.map(\.rawValue))) : nil
            options.picture.notation = NotationStyle(rawValue: draw.word(NotationStyle.allCases.map(\.rawValue))) ?? .automatic
            options.sample = draw.chance(0.9) ? 0 : draw.upTo(3)
            try tolerant { () throws(BackstepError) in
                for job in try file.stepJobs(press, options, formats: [.svg], folder: "f") {
                    // The files as they are, without a folder to write them to.
                    guard case .files(let make) = job.content else { continue }
                    do {
                        _ = try make(press)
                    } catch let error as BackstepError {
                        throw error
                    } catch {
                        throw BackstepError(.internalFault, "\(error)")
                    }
                }
            }
        }
    }

    /// One output that can't be made doesn't keep the others from being tried.
    private static func tolerant(_ make: () throws(BackstepError) -> Void) throws(BackstepError) {
        do {
            try make()
        } catch {
            if error.kind == .internalFault { throw error }
        }
    }

    private static func options(_ draw: inout FormLesson) -> PictureOptions {
        FigureOrigin(settings(&draw)).options
    }

    /// As a figure carries them, of the settings that there are.
    private static func settings(_ draw: inout FormLesson) -> String {
        var items: [String] = []
        for key in FigureOrigin.keys where draw.chance(0.3) {
            let value: String
            switch key {
            case "sample", "step": value = draw.chance(0.7) ? "\(draw.upTo(3))" : draw.anyNumber()
            case "width": value = draw.chance(0.7) ? "\(120 + draw.upTo(900))" : draw.anyNumber()
            case "kind": value = draw.word(FigureKind.allCases.map(\.rawValue))
            case "theme": value = draw.word(["light", "dark", "print"])
            case "by": value = draw.word(Granularity.allCases.map(\.rawValue))
            case "notation": value = draw.word(NotationStyle.allCases.map(\.rawValue))
            case "only": value = draw.word(["hidden[0]", "dense1", "a[9]", "dense1[-1]", "hidden[9223372036854775807],b"])
            default: value = draw.word(["yes", "a", "../a.yaml", "%00"])
            }
            items.append("\(key)=\(value)")
        }
        return items.joined(separator: "&")
    }

    private static let smallLessons = [
        "network: {input: 2, layers: [{dense: {units: 2, name: hidden}}, sigmoid, {dense: 1}]}\n"
            + "data: {inputs: [[1, 2], [3, 4]], targets: [[1], [0]]}\nloss: half-squared-error\n",
        "network: {input: {time: 2, features: 1}, layers: [{lstm: 1}, {dense: 1}]}\n"
            + "data: {inputs: [[[1], [2]]], targets: [[1]]}\nloss: half-squared-error\n",
        "expression: [q = x + y, f = q * x]\nat: {x: -2, y: 5}\n",
        "experiment: {kind: activations, variants: [{name: a, activation: swish}]}\n",
    ]
}

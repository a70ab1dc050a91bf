import Autodiff
import Backstep
import Foundation
import Lessons
import NeuralNetworks
import Notation
import Telling
import Testing
import Traces

/// Descriptions with the values and gradients that an independent implementation gave for them.
@Suite("Reference lessons")
struct ReferenceLessonTests {
    static let lessons = ExpectedLessons("reference")
    static let notYet = lessons.listed("not-yet.txt")
    static let names = lessons.names.filter { !notYet.contains($0) }

    private func trace(_ name: String) throws -> Trace {
        let lesson = try LessonFile(contentsOf: Self.lessons.lesson(name)).lesson
        switch lesson.subject {
        case .network(let problem): return try Trace(problem, title: lesson.title)
        case .expression(let problem): return Trace(problem, title: lesson.title)
        case .experiment: throw CocoaError(.fileReadCorruptFile)
        }
    }

    @Test("are all there")
    func present() {
        #expect(Self.lessons.names.count == 59)
        #expect(Set(Self.notYet).isSubset(of: Self.lessons.names) && Set(Self.notYet).count == Self.notYet.count)
    }

    @Test("agree in loss, values, gradients, parameters, clipped gradients and updates", arguments: names)
    func agreement(_ name: String) throws {
        let expected = try Self.lessons.expected(name)
        #expect(try PrintedTrace(Self.lessons.lesson(name)).differences(from: expected) == [])
        let parameters = try #require((expected as? [String: Any])?["parameters"] as? [String: Any])
        // The first of the expressions were computed when only networks had parameters.
        if try trace(name).lowered != nil || !parameters.isEmpty {
            #expect(Set(try trace(name).trainables.map(\.name)) == Set(parameters.keys))
        }
    }

    @Test("of which the language lacks a word are refused or differ; one that agrees is struck off the list", arguments: notYet)
    func missing(_ name: String) throws {
        guard let trace = try? PrintedTrace(Self.lessons.lesson(name)) else { return }
        #expect(try trace.differences(from: Self.lessons.expected(name)) != [], "\(name) agrees: take it out of not-yet.txt")
    }

    @Test("have gradients that central differences find", arguments: names)
    func check(_ name: String) throws {
        let trace = try trace(name)
        let check = GradientCheck(trace.pass, of: trace.differentiable)
        #expect(check.passed, "\(check.failures)")
    }

    @Test("are told as a table that fits 100 columns, with the products behind any gradient", arguments: names)
    func table(_ name: String) throws {
        let trace = try trace(name)
        for scalar in [nil] + trace.differentiable.map({ Optional(ScalarID($0, 0)) }) {
            for line in trace.text(productsOf: scalar).split(separator: "\n") { #expect(line.count <= 100, "\(line)") }
        }
    }

    @Test("are told in steps, each with a question, an answer and a finding", arguments: names)
    func steps(_ name: String) throws {
        let trace = try trace(name)
        for granularity in [nil, Granularity.layer] {
            let steps = trace.steps(by: granularity)
            #expect(!steps.isEmpty)
            for step in steps {
                #expect(!step.findings.isEmpty)
                #expect(step.question.plainText.hasSuffix("?") && step.sentence.plainText.hasSuffix("."))
            }
        }
    }
}

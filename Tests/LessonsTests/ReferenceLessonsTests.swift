import Autodiff
import Foundation
import NeuralNetworks
import NumberFiles
import Testing

@testable import Forms
@testable import Lessons

/// The lessons that an independent implementation computed.
@Suite struct ReferenceLessonsTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "BackstepTests/reference")

    /// Those whose words the language has.
    static let files: [URL] = ((try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? [])
        .filter { $0.pathExtension == "yaml" && !notYet.contains($0.deletingPathExtension().lastPathComponent) }
        .sorted { $0.path < $1.path }

    private static let notYet = Set(
        ((try? String(contentsOf: folder.appending(path: "not-yet.txt"), encoding: .utf8)) ?? "").split(separator: "\n").map(String.init))

    @Test("There are lessons to read")
    func present() { #expect(Self.files.count >= 24) }

    @Test("Every reference lesson is read, with every parameter and every given number that it writes", arguments: files)
    func reads(file: URL) throws {
        let bytes = [UInt8](try Data(contentsOf: file))
        let lesson: Lesson
        let numbers = NumberSource { name in
            let bytes = (try? Data(contentsOf: Self.folder.appending(path: name))) ?? Data()
            return .success(NumberSource.File(bytes: Array(bytes), digest: name))
        }
        do { lesson = try LessonReader.read(bytes: bytes, file: file.lastPathComponent, numbers: numbers) } catch {
            Issue.record("\(error)")
            return
        }
        #expect(lesson.title != nil)
        #expect(lesson.warnings.isEmpty)
        guard case .network(let problem) = lesson.subject, lesson.source.files.isEmpty else { return }
        let text = String(decoding: bytes, as: UTF8.self)
        let keys = ParameterKey.allCases.map(\.rawValue) + GivenKey.allCases.map(\.rawValue)
        let count = text.split(separator: "\n").count { line in
            let words = line.trimmingCharacters(in: .whitespaces).split(separator: ":", maxSplits: 1)
            return words.count == 2 && keys.contains(String(words[0])) && words[1].contains("[")
        }
        #expect(problem.network.written.count == count)
    }

    @Test("Layers without a name are numbered by kind, depth first, a residual before its inner layers")
    func names() throws {
        let file = Self.folder.appending(path: "residual-1.yaml")
        let lesson = try LessonReader.read(bytes: [UInt8](try Data(contentsOf: file)), file: "residual-1.yaml")
        guard case .network(let problem) = lesson.subject else {
            Issue.record("no network")
            return
        }
        #expect(problem.network.layers.map(\.name) == ["dense1", "residual1", "residual2", "residual3", "residual5", "dense10"])
        guard case .residual(let third) = problem.network.layers[3].kind else {
            Issue.record("no residual")
            return
        }
        #expect(third.layers.map(\.name) == ["dense6", "softplus1", "dense7", "residual4"])
    }
}

// As a program that uses the library sees it: nothing but what is public.
import Backstep
import Foundation
import Testing

@Suite("Backstep as a library")
struct LibraryTests {
    @Test("A lesson's numbers and its figure's bytes")
    func chain() throws {
        let lesson = try LessonFile(yaml: "title: T\nexpression: f = x * y\nat: {x: 2, y: 3}\n", name: "product")
        let trace = try lesson.traced()
        #expect(trace.loss == 6)
        #expect(trace["x"] == trace.scalars.first { $0.address == "x" })
        #expect(trace["x"]?.gradient == 3)
        #expect(trace["nothing"] == nil)
        #expect(trace.json.contains("backstep.trace"))
        let figures = try lesson.figures(FigureStyle(width: "a4", theme: .dark))
        #expect(figures.count == 1 && figures[0].name == nil)
        #expect(abs(figures[0].size.width - 160 / 25.4 * 72) < 0.001)
        #expect(!figures[0].title.isEmpty && !figures[0].alternativeText.isEmpty && !figures[0].longDescription.isEmpty)
        for (format, head) in [(Figure.Format.svg, "<?xml"), (.pdf, "%PDF"), (.png, "\u{89}PNG")] {
            let bytes = try figures[0].bytes(as: format)
            #expect(bytes.starts(with: head.unicodeScalars.map { UInt8($0.value) }))
            #expect(try figures[0].bytes(as: format) == bytes)
            let folder = FileManager.default.temporaryDirectory.appending(path: "backstep-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: folder) }
            let file = folder.appending(path: "deep/fig.\(format.rawValue.uppercased())")
            try figures[0].write(to: file)
            #expect(try Data(contentsOf: file) == Data(bytes))
        }
    }

    @Test("What can't be done is an error in words")
    func errors() throws {
        let fault = #expect(throws: BackstepError.self) { try LessonFile(yaml: "expression: f = x\n", name: "bad") }
        #expect(fault?.description.contains("bad:1:") == true)
        #expect(throws: BackstepError.self) { try LessonFile(contentsOf: URL(filePath: "/nowhere.yaml")) }
        #expect(throws: BackstepError.self) { try LessonFile.bundled("nothing") }
        #expect(throws: BackstepError.self) { try LessonFile.bundled("fork").figures(FigureStyle(width: "wide")) }
        let figure = try LessonFile.bundled("fork").figures()[0]
        #expect(throws: BackstepError.self) { try figure.write(to: URL(filePath: "/tmp/fig.gif")) }
    }

    @Test("Every bundled lesson is found by its name")
    func bundled() throws {
        for name in LessonFile.bundledNames { _ = try LessonFile.bundled(name) }
        #expect(LessonFile.bundledNames.count >= 9)
    }

    @Test("The example of docs/LIBRARY.md is the one that is compiled")
    func example() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardizedFileURL
        let example = try String(contentsOf: root.appending(path: "Snippets/NeuronFigure.swift"), encoding: .utf8)
        #expect(example.split(separator: "\n", omittingEmptySubsequences: false).count <= 25)
        #expect(try String(contentsOf: root.appending(path: "docs/LIBRARY.md"), encoding: .utf8).contains(example))
    }
}

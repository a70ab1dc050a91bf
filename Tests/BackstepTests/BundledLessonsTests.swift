import Foundation
import Lessons
import NumberFiles
import Testing

@testable import Backstep

@Suite("The bundled lessons")
struct BundledLessonsTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../examples").standardizedFileURL

    @Test("The program carries every lesson of the folder examples, byte for byte and in order")
    func carriesAll() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).filter { $0.hasSuffix(".yaml") }
        #expect(BundledLessons.all.map { $0.name + ".yaml" } == names.sorted())
        for entry in BundledLessons.all {
            let file = try Data(contentsOf: Self.folder.appendingPathComponent(entry.name + ".yaml"))
            #expect(Data(entry.bytes) == file, "\(entry.name)")
        }
    }

    @Test("The program carries every recording of the folder examples") func carriesRecordings() throws {
        let folder = Self.folder.appendingPathComponent("recordings")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".jsonl") }
        #expect(BundledLessons.recordingNames == names.map { "recordings/\($0)" }.sorted())
        for name in BundledLessons.recordingNames {
            let pieces = try #require(BundledLessons.recording(named: name))
            var (found, memory) = (Data(), [UInt8](repeating: 0, count: 1 << 16))
            while true {
                let read = memory.withUnsafeMutableBytes { memory in Result { () throws(NumberFileError) in try pieces.next(into: memory) }
                }
                let count = try read.get()
                if count == 0 { break }
                found += memory[..<count]
            }
            #expect(try found == Data(contentsOf: Self.folder.appendingPathComponent(name)), "pack \(name) anew with gzip -9n")
        }
    }

    @Test("No two have one name in the generated code, nor one name without their numbers")
    func namesDiffer() throws {
        let folder = Self.folder.appendingPathComponent("../Sources/Backstep/Examples").standardizedFileURL
        let links = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(links == BundledLessons.all.map { "lesson-\($0.name).yaml" })
        for link in links {
            // A letter first, and of what is no part of a Swift name only that for which the underscore stands in no other.
            #expect(link.wholeMatch(of: #/lesson-[0-9]{2}(-[a-z0-9]+)+\.yaml/#) != nil, "\(link)")
            let target = try FileManager.default.destinationOfSymbolicLink(atPath: folder.appendingPathComponent(link).path)
            #expect(target == "../../../examples/\(link.dropFirst("lesson-".count))")
        }
        let words = Set(BundledLessons.all.map { $0.name.dropFirst(3) })
        #expect(words.count == BundledLessons.all.count)
        for entry in BundledLessons.all { #expect(BundledLessons.entry(named: String(entry.name.dropFirst(3)))?.name == entry.name) }
    }

    @Test("output/ shows one picture of each, on a page that links to its lesson, in 4 MB at most")
    func shown() throws {
        let folder = Self.folder.appendingPathComponent("../output").standardizedFileURL
        let page = try String(contentsOf: folder.appendingPathComponent("README.md"), encoding: .utf8)
        let links = page.matches(of: #/\n## \[.+\]\(\.\.\/examples\/(.+)\.yaml\)\n/#).map { String($0.1) }
        #expect(links == BundledLessons.all.map(\.name))
        let pictures = page.matches(of: #/\n!\[.*\]\((.+)\)\n/#).map { String($0.1) }
        #expect(pictures.count == links.count)
        var size = 0
        for (picture, name) in zip(pictures, links) {
            #expect(picture.hasPrefix(name) && picture.hasSuffix(".png"))
            size += try Data(contentsOf: folder.appendingPathComponent(picture)).count
        }
        #expect(size <= 4_000_000)
    }

    @Test("Each opens with a comment on what it teaches, and has a title and a description", arguments: BundledLessons.all)
    func opensWithWhatItTeaches(entry: BundledLessons.Entry) throws {
        let lines = String(decoding: entry.bytes, as: UTF8.self).split(separator: "\n")
        // By the first line an editor finds the schema.
        #expect(lines[0] == "# yaml-language-server: $schema=backstep.schema.json")
        #expect(lines[1].hasPrefix("# "))
        let lesson = try LessonFile(entry).lesson
        #expect(lesson.title?.isEmpty == false)
        #expect(lesson.description?.isEmpty == false)
        #expect(lesson.warnings.isEmpty)
    }

    @Test("Of each, all gradients agree with central differences, or the experiment is well formed", arguments: BundledLessons.all)
    func checks(entry: BundledLessons.Entry) throws {
        let check = try LessonCheck(try LessonFile(entry))
        #expect(check.passed, "\(check.report)")
    }

    @Test(
        "A lesson is found by its name, with or without number and ending",
        arguments: ["04-two-by-two", "two-by-two", "two-by-two.yaml", "04-two-by-two.yaml"])
    func found(name: String) { #expect(BundledLessons.entry(named: name)?.name == "04-two-by-two") }
}

import Foundation
import Testing

@Suite("The JSON Schema is the language's", .waiting)
struct SchemaTests {
    /// Reads each lesson as YAML 1.2 has it, and prints with its name ok or no, as the schema says, or unread, where the schema was not asked: of a
    /// tag PyYAML makes nothing. PyYAML alone would take 1e-3 for a word.
    static let validator = """
        import json, re, sys, yaml, jsonschema, pathlib
        class Loader(yaml.SafeLoader): pass
        Loader.yaml_implicit_resolvers = {k: [r for r in v if r[0] not in ('tag:yaml.org,2002:float', 'tag:yaml.org,2002:int', 'tag:yaml.org,2002:bool', 'tag:yaml.org,2002:timestamp')] for k, v in yaml.SafeLoader.yaml_implicit_resolvers.items()}
        Loader.add_implicit_resolver('tag:yaml.org,2002:bool', re.compile('^(true|false)$'), list('tf'))
        Loader.add_implicit_resolver('tag:yaml.org,2002:int', re.compile('^[-+]?[0-9]+$'), list('-+0123456789'))
        Loader.add_implicit_resolver('tag:yaml.org,2002:float', re.compile(r'^[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?$'), list('-+.0123456789'))
        Loader.add_constructor('tag:yaml.org,2002:float', lambda l, n: float(n.value))
        schema = json.load(open('schema.json'))
        jsonschema.Draft7Validator.check_schema(schema)
        check = jsonschema.Draft7Validator(schema)
        for path in sorted(pathlib.Path('.').glob('*.yaml')):
            try: lesson = yaml.load(path.read_text(), Loader)
            except yaml.constructor.ConstructorError as error:
                print('unread', path.name, error.problem)
                continue
            errors = list(check.iter_errors(lesson))
            print('no' if errors else 'ok', path.name, errors[0].message[:300] if errors else '')
        """

    /// What the validator says of lessons, by their names; nil where there is no validator.
    private func verdicts(_ lessons: [(name: String, text: String)]) throws -> [String: String]? {
        let scratch = try Scratch()
        guard try Tool(["python3", "-c", "import jsonschema, yaml"], in: scratch.folder).status == 0 else {
            print("skipped: jsonschema")
            return nil
        }
        _ = try scratch.write(try Run("schema").text, to: "schema.json")
        for lesson in lessons { _ = try scratch.write(lesson.text, to: "\(lesson.name).yaml") }
        let run = try Tool(["python3", "-c", Self.validator], in: scratch.folder)
        try #require(run.status == 0, "\(run.text)")
        var verdicts: [String: String] = [:]
        for line in run.text.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 2)
            if words.count >= 2 { verdicts[String(words[1].dropLast(5))] = String(words[0]) + (words.count > 2 ? " \(words[2])" : "") }
        }
        return verdicts
    }

    @Test("An editor is shown the error in the part of a lesson that is wrong")
    func errors() throws {
        let network = "data: {inputs: [[1, 2]], targets: [[1]]}\nloss: squared-error\nnetwork: {input: 2, layers: "
        let cases = [
            (network + "[dense: {units: three}]}", "no 'three' is not of type 'integer'"),
            (network + "[dense: {units: 3, unit: 3}]}", "no Additional properties are not allowed ('unit' was unexpected)"),
            (network + "[sigmoidd]}", "no 'sigmoidd' is not one of ["), ("titel: x", "no Additional properties are not allowed ('titel'"),
            (
                "experiment: {kind: gradient-decay, variants: [{name: a, activation: relu}], dept: 3}",
                "no Additional properties are not allowed ('dept'"
            ),
            ("experiment: {kind: decay}", "no 'decay' is not one of ["),
            ("expression: f = x\nat: {x: y}", "no 'y' is not of type 'number'"),
            (
                "data: {inputs: 3, targets: [[1]]}\nloss: squared-error\nnetwork: {input: 2, layers: [dense: 1]}",
                "no 3 is not of type 'array'"
            ),
        ]
        let lessons = cases.enumerated().map { ("lesson\($0)", $1.0 + "\n") }
        guard let verdicts = try verdicts(lessons) else { return }
        for (index, (lesson, message)) in cases.enumerated() {
            let verdict = verdicts["lesson\(index)"]
            #expect(verdict?.contains(message.dropFirst(3)) == true, "\(lesson): \(verdict ?? "")")
        }
    }

    /// Holds each default and example against the part of the schema that it is for.
    private static let annotations = """
        import json, jsonschema
        schema = json.load(open('schema.json'))
        count = {'default': 0, 'examples': 0}
        def walk(part):
            if isinstance(part, dict):
                if 'description' in part:
                    check = jsonschema.Draft7Validator(dict(part, definitions=schema['definitions']))
                    for key in [key for key in count if key in part]:
                        for value in part[key] if key == 'examples' else [part[key]]:
                            count[key] += 1
                            for error in check.iter_errors(value): print(key, value, error.message)
                for inside in part.values(): walk(inside)
            elif isinstance(part, list):
                for inside in part: walk(inside)
        walk(schema)
        print(count['default'] > 100 and count['examples'] > 100)
        """

    @Test("Its defaults and examples are what it allows")
    func annotations() throws {
        let scratch = try Scratch()
        guard try Tool(["python3", "-c", "import jsonschema"], in: scratch.folder).status == 0 else {
            print("skipped: jsonschema")
            return
        }
        _ = try scratch.write(try Run("schema").text, to: "schema.json")
        #expect(try Tool(["python3", "-c", Self.annotations], in: scratch.folder).text == "True\n")
    }

    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..").standardizedFileURL

    @Test("It accepts every bundled lesson, every reference lesson and every starter")
    func accepts() throws {
        var lessons: [(String, String)] = []
        // Without those whose words the language does not have yet.
        let notYet = try String(
            contentsOf: Self.root.appendingPathComponent("Tests/BackstepTests/reference/not-yet.txt"), encoding: .utf8
        ).split(separator: "\n")
        for folder in ["examples", "Tests/BackstepTests/reference"] {
            let home = Self.root.appendingPathComponent(folder)
            for path in try FileManager.default.subpathsOfDirectory(atPath: home.path).sorted()
            where path.hasSuffix(".yaml") && !notYet.contains(path.dropLast(5)) {
                let name = path.dropLast(5).replacingOccurrences(of: "/", with: "_")
                lessons.append((name, try String(contentsOf: home.appendingPathComponent(path), encoding: .utf8)))
            }
        }
        for kind in try Run("new", "--list").text.split(separator: "\n") {
            lessons.append(("new-\(kind)", try Run("new", String(kind)).text))
        }
        #expect(lessons.count > 20)
        guard let verdicts = try verdicts(lessons) else { return }
        #expect(verdicts.count == lessons.count)
        for (name, verdict) in verdicts.sorted(by: { $0.key < $1.key }) { #expect(verdict == "ok", "\(name): \(verdict)") }
    }

    /// The table of bad lessons, those whose every fault is one that a schema can see.
    private func refusable() throws -> [(name: String, text: String)] {
        let table = try String(
            contentsOf: Self.root.appendingPathComponent("Tests/LessonsTests/bad-lessons.txt"), encoding: .utf8)
        return table.components(separatedBy: "\n=== ").dropFirst().enumerated().compactMap { index, section in
            guard let title = section.firstIndex(of: "\n"), let end = section.range(of: "\n>>>\n"), title < end.lowerBound else {
                return nil
            }
            let message = section[end.upperBound...]
            // Words of the reader for an unknown key or word, a missing key, and a wrong type.
            let isVisible =
                message.contains(#/error: (unknown (key|layer|activation|initializer|normalization) "|\S+ has no \S+; expected \S+: )/#)
                || message.contains(
                    #/ is (a list|a map|"[a-z ]+"); expected (a number(?!, for the shape)|a whole number|true or false|a list|a map)/#)
            let text = section[section.index(after: title)..<end.lowerBound] + "\n"
            // A tensor's shape, numbers that YAML reads in its own way, and what is no YAML at all, are beyond a schema.
            let isReadable = !message.contains(#/not YAML|anchor|alias|merge key|twice|the tag "/#)
            return isVisible && isReadable ? (name: "bad-\(index)", text: String(text)) : nil
        }
    }

    @Test("It refuses unknown and missing keys and wrong types")
    func refuses() throws {
        let lessons = try refusable()
        #expect(lessons.count >= 25)
        guard let verdicts = try verdicts(lessons) else { return }
        for lesson in lessons { #expect(verdicts[lesson.name]?.hasPrefix("no") == true, "accepted:\n\(lesson.text)") }
    }
}

// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// A module of Sources/, in the order in which a lesson becomes a picture.
func module(_ name: String, uses: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target {
    .target(name: name, dependencies: uses, resources: resources, swiftSettings: settings)
}

func tests(of name: String, uses: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.init(stringLiteral: name)] + uses,
        resources: resources, swiftSettings: settings)
}

let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let bigIntegers: Target.Dependency = .product(name: "BigInt", package: "BigInt")
let templates: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")
let yaml: Target.Dependency = .product(name: "Yams", package: "Yams")

let package = Package(
    name: "backstep",
    products: [
        .library(name: "Backstep", targets: ["Backstep"]),
        .executable(name: "backstep", targets: ["BackstepCommand"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/attaswift/BigInt", from: "6.0.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    ],
    targets: [
        // Text in the formats of files, for all others
        module("Escaping"),
        // Mathematics
        module("Notation", uses: ["Escaping"]),
        .target(name: "MatrixKernels"),
        module("Autodiff", uses: ["Notation", "MatrixKernels", bigIntegers]),
        module("Forms", uses: ["Escaping", "Notation", "Autodiff"]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        module("NumberFiles", uses: ["Autodiff", "Forms", "CZlib"]),
        module("NeuralNetworks", uses: ["Escaping", "Notation", "Autodiff", "Forms", "NumberFiles"]),
        module("Recordings", uses: ["Escaping", "Forms", "NumberFiles"]),
        module("Experiments", uses: ["Escaping", "Autodiff", "Forms", "NeuralNetworks", bigIntegers]),
        module("Traces", uses: ["Escaping", "Notation", "Autodiff", "Forms", "NeuralNetworks", bigIntegers]),
        module("Telling", uses: ["Notation", "Autodiff", "NeuralNetworks", "Traces"]),
        module(
            "Lessons", uses: ["Escaping", "Autodiff", "Forms", "NumberFiles", "NeuralNetworks", "Experiments", "Recordings", yaml]),
        // Drawing
        module("Drawing"),
        module("Typesetting", uses: ["Notation", "Drawing"]),
        module("Plotting", uses: ["Notation", "Drawing", "Typesetting"]),
        .systemLibrary(
            name: "CCairo", pkgConfig: "cairo",
            providers: [.apt(["libcairo2-dev"]), .brew(["cairo"])]),
        module("CairoBackend", uses: ["Escaping", "Drawing", "CCairo", "CZlib"]),
        // Where they meet
        module(
            "TraceFigures",
            uses: ["Notation", "Autodiff", "Forms", "NeuralNetworks", "Traces", "Telling", "Drawing", "Typesetting", "Plotting"]),
        module(
            "ExperimentFigures",
            uses: [
                "Escaping", "Notation", "Autodiff", "Forms", "NeuralNetworks", "Experiments", "Recordings", "Drawing", "Plotting",
            ]),
        module(
            "Reports", uses: ["Escaping", "Notation", "Autodiff", "NeuralNetworks", "Traces", "Telling", "Drawing", templates],
            resources: [.embedInCode("Templates")]),
        module(
            "Backstep",
            uses: [
                "Escaping", "Notation", "Autodiff", "Forms", "NumberFiles", "NeuralNetworks", "Experiments", "Recordings", "Traces",
                "Telling",
                "Lessons", "Drawing", "CairoBackend", "TraceFigures", "ExperimentFigures", "Reports",
            ],
            resources: [.embedInCode("Examples"), .embedInCode("Recordings")]),
        module(
            "CourseNotes",
            uses: [
                "Escaping", "Autodiff", "Forms", "NumberFiles", "NeuralNetworks", "Lessons", "Drawing", "CairoBackend", "Backstep",
            ],
            resources: [.embedInCode("Embedding/backstep.lua"), .embedInCode("Embedding/backstep.py")]),
        .executableTarget(
            name: "BackstepCommand",
            dependencies: [
                "Backstep", "CourseNotes", "CairoBackend", "Drawing", "Escaping", "Forms", "Lessons", "Traces", "Telling",
                "MatrixKernels", arguments,
            ],
            swiftSettings: settings),

        // What tests of figures share
        .target(name: "PageChecks", dependencies: ["Drawing"], path: "Tests/PageChecks", swiftSettings: settings),
        // Small traces of everything, for tests of traces and their telling
        .target(
            name: "TraceSamples", dependencies: ["Autodiff", "NeuralNetworks", "Traces"], path: "Tests/TraceSamples",
            swiftSettings: settings),
        // Inputs that nobody means, for tests and for Fuzzing
        .target(
            name: "HostileInputs", dependencies: ["Experiments", "Forms", "Lessons", "NeuralNetworks"], path: "Tests/HostileInputs",
            swiftSettings: settings),

        tests(of: "Escaping"),
        tests(of: "Notation"),
        tests(of: "Autodiff", uses: ["Notation", bigIntegers, "HostileInputs"]),
        tests(of: "NumberFiles", uses: ["Autodiff", "Forms", "HostileInputs"], resources: [.copy("files")]),
        tests(of: "Recordings", uses: ["Forms", "NumberFiles", "HostileInputs"], resources: [.copy("planted")]),
        tests(of: "NeuralNetworks", uses: ["Autodiff"]),
        tests(of: "Experiments", uses: ["Autodiff", "NeuralNetworks"]),
        tests(of: "Traces", uses: ["Notation", "Autodiff", "NeuralNetworks", "TraceSamples"]),
        tests(of: "Telling", uses: ["Notation", "Autodiff", "NeuralNetworks", "Traces", "TraceSamples"]),
        tests(
            of: "Lessons", uses: ["Autodiff", "Forms", "NumberFiles", "NeuralNetworks", "Experiments", "Recordings", "HostileInputs"],
            resources: [.copy("bad-lessons.txt")]),
        tests(of: "Drawing"),
        tests(of: "Typesetting", uses: ["Notation", "Drawing"]),
        tests(of: "Plotting", uses: ["Notation", "Drawing", "Typesetting"]),
        tests(of: "CairoBackend", uses: ["Drawing", "Escaping", "CZlib", "HostileInputs"]),
        tests(
            of: "TraceFigures",
            uses: [
                "Notation", "Autodiff", "NeuralNetworks", "Traces", "Telling", "Drawing", "Typesetting", "Plotting", "CairoBackend",
                "PageChecks", "TraceSamples",
            ]),
        tests(
            of: "ExperimentFigures",
            uses: [
                "Notation", "Autodiff", "NeuralNetworks", "Experiments", "Recordings", "Drawing", "Plotting", "CairoBackend", "PageChecks",
            ]),
        tests(
            of: "Reports",
            uses: [
                "Escaping", "Notation", "Autodiff", "NeuralNetworks", "Traces", "Telling", "Lessons", "Drawing", "Typesetting",
                "CairoBackend",
            ]),
        tests(
            of: "Backstep",
            uses: [
                "Notation", "Autodiff", "NumberFiles", "NeuralNetworks", "Experiments", "Traces", "Telling", "Lessons", "Drawing",
                "Typesetting",
                "CairoBackend", "TraceFigures", "Reports", "PageChecks", "HostileInputs",
            ],
            resources: [.copy("reference"), .copy("reference-mistakes"), .copy("published")]),
        tests(of: "CourseNotes", uses: ["Escaping", "HostileInputs"]),
        tests(
            of: "BackstepCommand", uses: ["Backstep", "Drawing", "HostileInputs"],
            resources: [
                .copy("browser.py"), .copy("compile-exams.R"), .copy("completions.py"), .copy("fill-worksheets.py"),
                .copy("import-moodle.php"), .copy("python-module.py"),
                .copy("step-through-pages.py"), .copy("words-as-code.py"), .copy("worksheet-pages.py"),
            ]),
    ]
)

// `BACKSTEP_MODULES="Notation Autodiff"` leaves the tests of these modules and what they use: a fraction of the whole to build.
if let chosen = Context.environment["BACKSTEP_MODULES"] {
    let targets = Dictionary(uniqueKeysWithValues: package.targets.map { ($0.name, $0) })
    var wanted: Set<String> = []
    var open = chosen.split(separator: " ").map { "\($0)Tests" }
    while let name = open.popLast() {
        guard let target = targets[name], wanted.insert(name).inserted else { continue }
        for case .byNameItem(let name, _) in target.dependencies { open.append(name) }
    }
    package.targets.removeAll { !wanted.contains($0.name) }
    package.products = []
}

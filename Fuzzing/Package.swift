// swift-tools-version: 6.2
import PackageDescription

let language: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]
/// Instruments the code, so that libFuzzer sees which parts each input reaches.
let settings = language + [.unsafeFlags(["-sanitize=fuzzer", "-parse-as-library"])]

/// A module of the project, compiled in this package so that its `package` declarations can be used.
func module(_ name: String, uses: [Target.Dependency] = [], sources: [String]? = nil) -> Target {
    .target(name: name, dependencies: uses, path: "Backstep/\(name)", sources: sources, swiftSettings: settings)
}

let bigIntegers: Target.Dependency = .product(name: "BigInt", package: "BigInt")

let package = Package(
    name: "fuzzing",
    dependencies: [
        .package(url: "https://github.com/attaswift/BigInt", from: "6.0.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .target(name: "MatrixKernels", path: "Backstep/MatrixKernels"),
        module("Escaping"),
        module("Notation", uses: ["Escaping"]),
        module("Autodiff", uses: ["Notation", "MatrixKernels", bigIntegers]),
        module("Forms", uses: ["Escaping", "Autodiff"]),
        .systemLibrary(name: "CZlib", path: "Backstep/CZlib", pkgConfig: "zlib"),
        module("NumberFiles", uses: ["Autodiff", "Forms", "CZlib"]),
        module("NeuralNetworks", uses: ["Escaping", "Notation", "Autodiff", "Forms", "NumberFiles"]),
        module("Experiments", uses: ["Escaping", "Autodiff", "Forms", "NeuralNetworks", bigIntegers]),
        module("Recordings", uses: ["Escaping", "Forms", "NumberFiles"]),
        module("Lessons", uses: ["Escaping", "Autodiff", "Forms", "NumberFiles", "NeuralNetworks", "Experiments", "Recordings", .product(name: "Yams", package: "Yams")]),
        module("Drawing"),
        .systemLibrary(name: "CCairo", path: "Backstep/CCairo", pkgConfig: "cairo"),
        module("CairoBackend", uses: ["Escaping", "Drawing", "CCairo", "CZlib"]),
        .target(
            name: "Notes", dependencies: ["NumberFiles"], path: "Backstep/CourseNotes/Notes",
            sources: ["NotesPage.swift", "NotesScanner.swift", "ImageScanner.swift", "NoteAttributes.swift", "Notebook.swift"],
            swiftSettings: settings + [.unsafeFlags(["-enable-testing"])]),
        .target(name: "HostileInputs", dependencies: ["Experiments", "Forms", "Lessons", "NeuralNetworks"], path: "HostileInputs", swiftSettings: language),
        .target(name: "CFuzzer"),
        .executableTarget(
            name: "Fuzz",
            dependencies: ["Autodiff", "Forms", "NumberFiles", "NeuralNetworks", "Experiments", "Recordings", "Lessons", "CairoBackend", "Notes", "HostileInputs", "CFuzzer"],
            swiftSettings: settings, linkerSettings: [.unsafeFlags(["-sanitize=fuzzer"])]),
    ]
)

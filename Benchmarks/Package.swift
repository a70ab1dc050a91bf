// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// A module of the project, compiled here so that its package's own interface can be measured.
func module(_ name: String, uses: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: uses, path: "Backstep/\(name)", swiftSettings: settings)
}

let package = Package(
    name: "benchmarks",
    dependencies: [.package(url: "https://github.com/attaswift/BigInt", from: "6.0.1")],
    targets: [
        .target(name: "MatrixKernels", path: "Backstep/MatrixKernels"),
        module("Autodiff", uses: ["MatrixKernels", .product(name: "BigInt", package: "BigInt")]),
        module("NeuralNetworks", uses: ["Autodiff"]),
        module("Drawing"),
        .target(name: "Heap"),
        .systemLibrary(name: "CCairo", path: "Backstep/CCairo", pkgConfig: "cairo"),
        module("CairoBackend", uses: ["Drawing", "CCairo"]),
        .executableTarget(
            name: "Benchmarks", dependencies: ["Heap", "MatrixKernels", "Autodiff", "NeuralNetworks", "CCairo", "CairoBackend"],
            swiftSettings: settings),
    ]
)

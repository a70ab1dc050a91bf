/// The module with which Python records training runs, shows lessons in notebooks and writes weights for lessons.
package enum PythonModule {
    package static let text = String(decoding: PackageResources.backstep_py, as: UTF8.self)
}

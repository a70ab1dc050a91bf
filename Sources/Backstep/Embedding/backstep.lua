-- Draws the Backstep lessons in a document: code blocks of the class backstep, which hold a lesson or name one (file: lesson.yaml),
-- and images whose target ends in .backstep.yaml. For pandoc from 2.17 and Quarto: pandoc --lua-filter backstep.lua notes.md -o notes.html
-- Metadata: backstep-folder, for the pictures (backstep-figures). No page names a program, or the folder of its lessons: the environment's
-- BACKSTEP_PROGRAM does, where `backstep` is not on the path, and BACKSTEP_ROOT, where lessons lie elsewhere than in the working folder.
local folder, program, version, root = "backstep-figures", os.getenv("BACKSTEP_PROGRAM") or "backstep", "", os.getenv("BACKSTEP_ROOT")
local formats = {latex = "pdf", beamer = "pdf", context = "pdf", docx = "png", odt = "png", pptx = "png", rtf = "png"}

local function read(path)
  local file = io.open(path, "rb")
  return file and (file:read(2 ^ 21) or ""), file and file:close()
end

-- The pictures of a lesson, each with its path and alternative text; or nil and what is wrong.
local function draw(lesson, source, attributes)
  if lesson ~= "-" and lesson:sub(1, 1) == "-" then lesson = "./" .. lesson end -- no option
  local arguments = {"render", "--root=" .. (root or "."), "--list", "-f", formats[FORMAT] or "svg"}
  for _, key in ipairs({--[[options]]}) do
    if attributes[key] then table.insert(arguments, "--" .. key .. "=" .. attributes[key]) end
  end
  if attributes["draw-width"] then table.insert(arguments, "--width=" .. attributes["draw-width"]) end
  for _, key in ipairs({--[[flags]]}) do if (attributes[key] or "false") ~= "false" then table.insert(arguments, "--" .. key) end end
  local isNear = root or not (lesson:find("^/") or ("/" .. lesson .. "/"):find("/../", 1, true)) -- else the program refuses it, unread
  local text = lesson == "-" and source or isNear and read(lesson) or ""
  local base = folder .. "/" .. pandoc.sha1(table.concat(arguments, "\n") .. lesson .. version .. text):sub(1, 16)
  -- What is drawn already stays, with a list of its files beside it.
  local done, printed = true, (read(base .. ".txt"))
  if not (printed and read(printed:match("^[^\t\n ]*"))) then
    for _, word in ipairs({"-o", base, "--", lesson}) do table.insert(arguments, word) end
    done, printed = pcall(pandoc.pipe, program, arguments, source)
    if not done then return nil, program .. " failed on " .. (lesson == "-" and "a block" or lesson) end
    assert(io.open(base .. ".txt", "wb")):write(printed):close()
  end
  local pictures = {}
  for path, alternative in printed:gmatch("([^\t\n]*)\t([^\n]*)\n") do
    pictures[#pictures + 1] = {path = path, alternative = alternative}
  end
  return pictures
end

-- What a picture keeps of the attributes: how wide it is shown, and its alternative text.
local function attr(identifier, classes, attributes, picture)
  local alternative = attributes.alt or attributes["fig-alt"] or picture.alternative
  return pandoc.Attr(identifier, classes, {alt = alternative, width = attributes.width, height = attributes.height})
end

local function figure(picture, caption, identifier, attributes)
  local isBlock, kind = #caption > 0 and pandoc.Figure ~= nil, #caption > 0 and not pandoc.Figure and "fig:" or ""
  local image = pandoc.Image(caption, picture.path, kind, attr(isBlock and "" or identifier, {}, attributes, picture))
  if not isBlock then return pandoc.Para({image}) end
  return pandoc.Figure(pandoc.Plain({image}), {long = {pandoc.Plain(caption)}}, pandoc.Attr(identifier))
end

local function block(code)
  if not code.classes:includes("backstep") then return nil end
  local path = code.attributes.file or ("\n" .. code.text):match("\nfile:%s*[\"']?([^\"'\n]+)")
  local pictures, fault = draw(path or "-", code.text, code.attributes)
  local note = pandoc.Para({pandoc.Strong({pandoc.Str("Not drawn:")}), pandoc.Space(), pandoc.Str(fault or "")})
  if not pictures then return {code, pandoc.BlockQuote({note})} end
  local text = code.attributes.caption or code.attributes["fig-cap"] or ("\n" .. code.text):match("\ncaption:%s*[\"']?([^\"'\n]+)") or ""
  local caption = text == "" and {} or pandoc.utils.blocks_to_inlines(pandoc.read(text, "markdown-raw_html-raw_tex-raw_attribute").blocks)
  local figures = {}
  for index, picture in ipairs(pictures) do
    local identifier = (code.identifier == "" or index == 1) and code.identifier or code.identifier .. "-" .. index
    table.insert(figures, figure(picture, caption, identifier, code.attributes))
  end
  return figures
end

local function image(img)
  if not img.src:match("%.backstep%.yaml$") then return nil end
  local pictures = draw(img.src, "", img.attributes)
  return pictures and pictures[1] and pandoc.Image(img.caption, pictures[1].path, img.title, attr(img.identifier, img.classes, img.attributes, pictures[1]))
end

local function settings(meta)
  local wished = meta["backstep-folder"] and pandoc.utils.stringify(meta["backstep-folder"])
  if wished and wished:match("^[%w_][%w_./ -]*$") and not wished:find("..", 1, true) then folder = wished end
  version = tostring(select(2, pcall(pandoc.pipe, program, {"--version"}, "")))
end
return {{Meta = settings}, {CodeBlock = block, Image = image}}
